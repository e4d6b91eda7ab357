// Deletes expired rows once an hour, a bounded number at a time; any instance may do it.
import { toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import type { Random } from '../../base/random.js';
import type { Db } from '../../db/database.js';
import { deleteOldRows } from '../../db/engine/queries/records/module-retention.js';
import { pruneHistory } from '../../db/engine/queries/records/prune-history.js';
import type { RetentionRule } from '../contracts/retention-rule.js';

const EVERY_MS = 3_600_000;
const BATCH = 1_000;
/** Batches of one table per round; the rest waits for the next one. */
const MAX_BATCHES = 50;

export interface HousekeepingDeps {
  readonly database: Db;
  readonly logger: Logger;
  readonly random: Random;
  readonly rules: readonly RetentionRule[];
}

/** Returns a function that stops it. */
export function startHousekeeping(deps: HousekeepingDeps): () => void {
  const { logger, random } = deps;
  let timer = setTimeout(clean, EVERY_MS * random());
  timer.unref();

  function clean(): void {
    pruneAll(deps)
      .catch((error: unknown) => logger.warn('history could not be pruned', { error: toError(error) }))
      .finally(() => {
        timer = setTimeout(clean, EVERY_MS * (0.5 + random())).unref();
      });
  }
  return () => clearTimeout(timer);
}

async function pruneAll({ database, rules }: HousekeepingDeps): Promise<void> {
  await pruneHistory(database);
  await pruneByRules(database, rules);
}

/** Deletes rows that are older than each rule allows and returns their number. */
async function pruneByRules(db: Db, rules: readonly RetentionRule[]): Promise<number> {
  let deleted = 0;
  for (const { table, keepDays, column = 'created_at' } of rules) {
    for (let round = 0; round < MAX_BATCHES; round += 1) {
      const count = await deleteOldRows(db, { table, keepDays, column }, BATCH);
      deleted += count;
      if (count < BATCH) break;
    }
  }
  return deleted;
}
