// The effects of the end of a job, in the transaction that writes it: keys are released, dependents updated, the next occurrence
// stored, listeners called.
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Db } from '../../../db/database.js';
import { resolveDependencies } from '../../../db/queue/queries/dependencies.js';
import { insertJobs, releaseKeys } from '../../../db/queue/queries/insert-jobs.js';
import { findLatestOfSeries } from '../../../db/queue/admin-queries/read-jobs.js';
import type { Job, NewJobRow } from '../../../db/queue/queries/rows.js';
import { followingJob, nextOccurrence } from '../recurring/recurrence.js';

/** A job that has just ended for good. */
export interface EndedJob {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly hasDependents: boolean;
  readonly uniqueKey: string | null;
  readonly workspaceId: string | null;
  readonly recurring?: boolean;
}

/** A listener of another part to ends of jobs, called inside the transaction. */
export interface EndListener {
  onEnd(tx: Db, ended: readonly EndedJob[]): Promise<void>;
  /** Reloads its settings: before work begins, when settings were changed on another instance, and periodically. */
  prepare?(): Promise<void>;
  /** Deletes its old rows; called with the queue's own retention. */
  tidy?(): Promise<void>;
}

/** An EndListener that says which ends it wants: other jobs are ended in a cheaper way. */
export interface JobEndListener extends EndListener {
  /** Synchronous and quick: called at the end of each job. */
  watches(job: { readonly type: string; readonly workspaceId: string | null }): boolean;
}

export interface EffectsReport {
  /** Jobs that no longer wait for anything, and next occurrences that were stored. */
  readonly freed: number;
  /** Jobs cancelled because of what they waited for. */
  readonly cancelled: readonly EndedJob[];
}

export interface EndEffects {
  apply(tx: Db, ended: readonly EndedJob[]): Promise<EffectsReport>;
  /** Only updates dependents, for jobs that ended some time ago. */
  dependentsOf(tx: Db, ended: readonly Pick<EndedJob, 'id' | 'status'>[]): Promise<EffectsReport>;
}

export interface EndEffectsOptions {
  readonly now: () => Date | null;
  readonly clockNow: () => Date;
  readonly newId: () => string;
  readonly listeners: readonly EndListener[];
  readonly logger: Logger;
}

export function createEndEffects(options: EndEffectsOptions): EndEffects {
  const { now, clockNow, newId, listeners, logger } = options;

  /**
   * A cancelled job ends its series; a completed or dead one is followed by the next occurrence, but only once, because it may be retried.
   */
  const enqueueNext = async (tx: Db, ended: readonly EndedJob[]): Promise<number> => {
    const recurring = ended.filter((job) => job.recurring === true && job.status !== 'cancelled');
    if (recurring.length === 0) return 0;
    const rows = await findLatestOfSeries(
      tx,
      recurring.map((job) => job.id),
    );
    const following = rows.flatMap((row): NewJobRow[] => nextOf(row) ?? []);
    if (following.length > 0) await continueSeries(tx, recurring, following);
    return following.length;
  };

  /**
   * Null: the series has ended. A series whose schedule cannot be read here ends with an error, so that the other jobs of its batch are
   * still settled.
   */
  const nextOf = (row: Job): NewJobRow[] | null => {
    try {
      const at = nextOccurrence(row.schedule, row.seriesId ?? row.id, row.scheduledFor, now() ?? clockNow());
      return at === null ? null : [followingJob(row, at, newId())];
    } catch (error) {
      logger.error('a recurring job ends: its schedule cannot be read', { job_id: row.id, error: toError(error) });
      return null;
    }
  };

  /** The key of a series passes from occurrence to occurrence. If another job holds it, the series continues without a key. */
  const continueSeries = async (tx: Db, ended: readonly EndedJob[], following: readonly NewJobRow[]): Promise<void> => {
    const keyed = ended.filter((job) => job.uniqueKey !== null);
    if (keyed.length > 0) {
      await releaseKeys(
        tx,
        keyed.map((job) => job.uniqueKey as string),
        keyed.map((job) => job.id),
        { all: true },
      );
    }
    const refused = new Set((await insertJobs(tx, following, now())).map((job) => job.id));
    if (refused.size === 0) return;
    const keyless = following.filter((job) => refused.has(job.id)).map(({ unique_key: _key, ...job }) => job);
    await insertJobs(tx, keyless, now());
  };

  const freeKeys = async (tx: Db, ended: readonly EndedJob[]): Promise<void> => {
    const holders = ended.filter((job) => job.uniqueKey !== null);
    if (holders.length === 0) return;
    await releaseKeys(
      tx,
      holders.map((job) => job.uniqueKey as string),
      holders.map((job) => job.id),
    );
  };

  const tellDependents = async (tx: Db, wave: readonly Pick<EndedJob, 'id' | 'status'>[]) => {
    const affected = wave.length === 0 ? [] : await resolveDependencies(tx, wave, now());
    return {
      freed: affected.filter((job) => job.status === 'pending').length,
      cancelled: affected.filter((job) => job.status === 'cancelled'),
    };
  };

  /** All jobs that are cancelled because of these, however long the chain: each round cancels at least one, and no job waits for itself. */
  const cancelFrom = async (tx: Db, ended: readonly Pick<EndedJob, 'id' | 'status'>[]): Promise<EffectsReport> => {
    const cancelled: EndedJob[] = [];
    let freed = 0;
    for (let wave = ended; wave.length > 0;) {
      const told = await tellDependents(tx, wave);
      freed += told.freed;
      cancelled.push(...told.cancelled);
      wave = told.cancelled.filter((job) => job.hasDependents);
    }
    await freeKeys(tx, cancelled);
    if (cancelled.length > 0) for (const listener of listeners) await listener.onEnd(tx, cancelled);
    return { freed, cancelled };
  };

  const apply = async (tx: Db, ended: readonly EndedJob[]): Promise<EffectsReport> => {
    if (ended.length === 0) return { freed: 0, cancelled: [] };
    await freeKeys(tx, ended);
    const following = await enqueueNext(tx, ended);
    for (const listener of listeners) await listener.onEnd(tx, ended);
    const { freed, cancelled } = await cancelFrom(
      tx,
      ended.filter((job) => job.hasDependents),
    );
    return { freed: freed + following, cancelled };
  };

  return { apply, dependentsOf: cancelFrom };
}
