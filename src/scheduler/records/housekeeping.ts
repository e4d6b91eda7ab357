// Once an hour, what is too old to be asked for is taken away; any instance may do it, a bounded piece at a time.
import { toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import type { Random } from '../../base/random.js';
import type { Db } from '../../db/database.js';
import { pruneHistory } from '../../db/engine/queries/prune-history.js';

const EVERY_MS = 3_600_000;

/** Answers how to end it. */
export function startHousekeeping(deps: { database: Db; logger: Logger; random: Random }): () => void {
  const { database, logger, random } = deps;
  let timer = setTimeout(clean, EVERY_MS * random());
  timer.unref();

  function clean(): void {
    pruneHistory(database)
      .catch((error: unknown) => logger.warn('history could not be pruned', { error: toError(error) }))
      .finally(() => {
        timer = setTimeout(clean, EVERY_MS * (0.5 + random())).unref();
      });
  }
  return () => clearTimeout(timer);
}
