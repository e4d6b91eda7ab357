// Jobs that may have killed an instance are watched when they run again, so that a crashing payload is distinguished from innocent jobs.
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Random } from '../../../base/random.js';
import type { Database } from '../../../db/database.js';
import { noteStart, type NotedStart } from '../../../db/queue/queries/note-start.js';
import type { JobOutcome } from '../define/job-outcome.js';
import { buried, putOff, released } from './judge.js';
import type { QueueItem } from '../define/queue-item.js';

export interface CrashGuard {
  /** Runs a job whose start must be recorded first; postpones it if it must run alone and another such job is running. */
  run(item: QueueItem, crashLimit: number, perform: () => Promise<JobOutcome>): Promise<JobOutcome>;
  /** These are settled or released: a later death does not count for them. */
  left(items: readonly QueueItem[]): void;
  /** This process holds no jobs. */
  reset(): void;
}

/** How a job is run, depending on its history. */
export type Watch = 'none' | 'noted' | 'alone' | 'buried';

/**
 * `noted`: its start is recorded first. `alone`: also, and not together with another such job, because the next death would bury it. A job
 * that was never seen to start is not `buried`: with a limit of 1 only its proven crash does that (see `run`).
 */
export function watchOf(crashes: number, crashLimit: number): Watch {
  if (crashes >= Math.max(crashLimit, 2)) return 'buried';
  if (crashes === 0) return crashLimit === 1 ? 'noted' : 'none';
  return crashes + 1 >= crashLimit ? 'alone' : 'noted';
}

const PUT_OFF_MS = 1_000;

export const crashLimitReached = (crashes: number, crashLimit: number): JobOutcome =>
  buried('CRASH_LIMIT', `${crashes} instances died while holding this job (limit ${crashLimit})`, 0);

export interface CrashGuardDeps {
  readonly db: Database;
  readonly random: Random;
  readonly logger: Logger;
}

export function createCrashGuard({ db, random, logger }: CrashGuardDeps): CrashGuard {
  /** The job that runs alone, until its outcome is written: a death before that counts for it. */
  let alone: QueueItem | null = null;

  const begin = (item: QueueItem): Promise<NotedStart | undefined> =>
    noteStart(db, item.id, item.claimToken).catch((error: unknown) => {
      logger.warn('the start of a job could not be recorded, the job waits', {
        job_id: item.id,
        error: toError(error),
      });
      return undefined;
    });

  return {
    async run(item, crashLimit, perform) {
      const { crashes } = item.extras;
      if (watchOf(crashes, crashLimit) === 'alone') {
        if (alone !== null) return putOff(PUT_OFF_MS * (1 + random()));
        alone = item;
      }
      const start = await begin(item);
      if (start === undefined) return released(0);
      if (start.crash_proven && crashes >= crashLimit) return crashLimitReached(crashes, crashLimit);
      return perform();
    },
    left(items) {
      if (alone !== null && items.includes(alone)) alone = null;
    },
    reset: () => (alone = null),
  };
}
