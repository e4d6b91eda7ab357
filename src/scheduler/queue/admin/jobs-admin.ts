// Administration of the queue: one job, a page of jobs, logs, counts; cancel and retry; pause a queue.
import { isDeepStrictEqual } from 'node:util';
import { SchedulerError } from '../../../base/errors.js';
import { snakeKeys } from '../../../base/snake-case.js';
import type { Clock } from '../../../base/clock.js';
import { percentilesOf } from '../../../base/latency-bins.js';
import type { Database } from '../../../db/database.js';
import { lockClaims } from '../../../db/queue/queries/claim-jobs.js';
import { readJobGraph } from '../../../db/queue/admin-queries/job-graph.js';
import { listLogs } from '../../../db/queue/admin-queries/logs.js';
import { listDeadGroups } from '../../../db/queue/admin-queries/dead-groups.js';
import { cancelJob, countRetryable, listRetryable, retryJobs } from '../../../db/queue/admin-queries/manage-jobs.js';
import { listQueues, patchQueue } from '../../../db/queue/admin-queries/queues.js';
import { findJob, isTruncated, listJobs } from '../../../db/queue/admin-queries/read-jobs.js';
import { readLatencies, type LatencyMeasure } from '../../../db/engine/queries/records/latencies.js';
import { countLive, readEnded, readStats } from '../../../db/queue/admin-queries/stats.js';
import { audit } from '../../records/actor.js';
import { auditMany } from '../../records/audit-many.js';
import type { EndEffects } from '../settle/end-effects.js';
import type { QueueMessage } from '../wake/queue-channel.js';
import {
  checkCancel,
  checkDeadGroups,
  checkFilter,
  checkLogQuery,
  checkPage,
  checkQueuePatch,
} from './admin-options.js';
import type { Job, JobPage, JobsAdmin, TypeStats } from './admin-types.js';

export type * from './admin-types.js';

export interface AdminDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly effects: EndEffects;
  readonly now: () => Date | null;
  /** Notifies every instance, including this one. */
  readonly tell: (message: QueueMessage) => Promise<void>;
  readonly knownQueues: () => readonly string[];
  /** Listeners to ends of jobs are told of changes made by other instances. */
  readonly prepareListeners: () => Promise<void>;
}

const MAX_COUNT = 10_000;
const MAX_NODES = 200;
const RETRY_BATCH = 500;
/** What one look at the dead letters may cost: 100,000 entries of their index, 10,000 messages, 200 groups. */
const DEAD_GROUP_LIMITS = { lookedAt: 100_000, grouped: 10_000, groups: 200 };
const KEEP_COUNTS_MS = 2_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DIGITS = /^\d{1,18}$/;

function checkCursor(cursor: string | undefined, form: RegExp): string | null {
  if (cursor === undefined) return null;
  if (form.test(cursor)) return cursor;
  throw new SchedulerError('INVALID_INPUT', 'the cursor is not one that this list returned', {
    errors: [{ path: 'cursor', message: 'take it from next_cursor' }],
  });
}

const pageOf = <T extends { id: string }>(rows: readonly T[], limit: number): JobPage<T> => ({
  items: rows.slice(0, limit),
  nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null,
});

export function createJobsAdmin({
  db,
  clock,
  effects,
  now,
  tell,
  knownQueues,
  prepareListeners,
}: AdminDeps): JobsAdmin {
  let counted: { readonly ms: number; readonly live: ReturnType<typeof countLive> } | undefined;

  /** Dashboards and metrics ask often: one count serves all requests within two seconds. */
  const liveCounts = (): ReturnType<typeof countLive> => {
    const ms = clock.monotonicMs();
    if (counted === undefined || ms - counted.ms > KEEP_COUNTS_MS) {
      counted = { ms, live: countLive(db, MAX_COUNT) };
      counted.live.catch(() => (counted = undefined));
    }
    return counted.live;
  };

  const found = async <T>(id: string, read: () => Promise<T | undefined>): Promise<T> => {
    const job = UUID.test(id) ? await read() : undefined;
    if (job === undefined) throw new SchedulerError('JOB_NOT_FOUND', `there is no job ${id}`, { id });
    return job;
  };
  const get = (id: string): Promise<Job> => found(id, () => findJob(db, id));

  const notPending = (job: Job): SchedulerError =>
    new SchedulerError('JOB_NOT_PENDING', `job ${job.id} is ${job.status}`, { id: job.id, status: job.status });

  const notRetryable = (job: Job): SchedulerError => {
    if (job.status !== 'dead' && job.status !== 'cancelled') return notPending(job);
    const why = `the unique key of job ${job.id} is held by another job`;
    return new SchedulerError('JOB_NOT_PENDING', why, { id: job.id, status: job.status });
  };

  return {
    get,

    async list(filter = {}, page = {}) {
      checkFilter(filter);
      checkPage(page);
      const { limit = 50, cursor } = page;
      const rows = listJobs(db, filter, { limit: limit + 1, before: checkCursor(cursor, UUID) });
      const [jobs, truncated] = await Promise.all([rows, isTruncated(db, filter)]);
      return { ...pageOf(jobs, limit), truncated };
    },

    deadGroups: async (filter = {}) => {
      checkDeadGroups(filter);
      return listDeadGroups(db, filter, DEAD_GROUP_LIMITS);
    },

    async logs(id, query = {}) {
      checkLogQuery(query);
      const { levels, limit = 50, cursor } = query;
      await get(id);
      const after = checkCursor(cursor, DIGITS);
      return pageOf(await listLogs(db, { jobId: id, levels: levels ?? null, after, limit: limit + 1 }), limit);
    },

    dependencies: (id) => found(id, () => readJobGraph(db, id, MAX_NODES)),

    async cancel(id, options = {}) {
      checkCancel(options);
      const { reason = 'cancelled by hand', pendingOnly = false, by } = options;
      const job = await get(id);
      await prepareListeners();
      const cancelled = await db.transaction(async (tx) => {
        await lockClaims(tx);
        const row = await cancelJob(tx, id, { reason, pendingOnly, now: now() });
        if (row !== undefined) await effects.apply(tx, [row]);
        if (row !== undefined && by) await audit(tx, { by, action: 'job.cancel', target: id, details: { reason } });
        return row;
      });
      if (cancelled === undefined) throw notPending(await get(id));
      if (cancelled.wasClaim !== null) await tell({ kind: 'cancelled', jobId: job.id, claim: cancelled.wasClaim });
      return get(id);
    },

    async retry(id, by) {
      const job = await get(id);
      const retried = await db.transaction(async (tx) => {
        const [row] = await retryJobs(tx, [job.id], now());
        if (row !== undefined && by) await audit(tx, { by, action: 'job.retry', target: job.id });
        return row;
      });
      if (retried === undefined) throw notRetryable(job);
      await tell({ kind: 'work' });
      return get(id);
    },

    async retryMany(filter, { dryRun = false, by, onRecorded } = {}) {
      checkFilter(filter);
      if (isDeepStrictEqual(filter, {})) {
        throw new SchedulerError('INVALID_INPUT', 'a retry of many jobs needs a filter', {
          errors: [{ path: '', message: 'give at least one condition' }],
        });
      }
      if (dryRun) return { matched: await countRetryable(db, filter, MAX_COUNT), changed: 0 };
      // the same ones to the end: what dies again in between is not taken up again
      const { matched, ids } = await listRetryable(db, filter, { cap: MAX_COUNT, now: now() });
      const details = { filter: snakeKeys(filter), matched };
      const entry = by && (await auditMany(db, { by, action: 'jobs.retry', details }));
      if (entry) onRecorded?.(entry.id);
      let changed = 0;
      for (let from = 0; from < ids.length; from += RETRY_BATCH) {
        const before = changed;
        changed = await db.transaction(async (tx) => {
          const { length } = await retryJobs(tx, ids.slice(from, from + RETRY_BATCH), now());
          if (length > 0) await entry?.count(tx, before + length);
          return before + length;
        });
      }
      await entry?.finish();
      if (changed > 0) await tell({ kind: 'work' });
      return { matched, changed };
    },

    async queues() {
      const stored = await listQueues(db);
      const names = knownQueues().filter((name) => !stored.some((queue) => queue.name === name));
      const untouched = names.map((name) => ({ name, paused: false, concurrency: null, updatedAt: new Date(0) }));
      return [...stored, ...untouched].sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async patchQueue(name, patch, by) {
      checkQueuePatch(patch);
      const known = knownQueues().includes(name) || (await listQueues(db)).some((queue) => queue.name === name);
      if (!known) throw new SchedulerError('QUEUE_NOT_FOUND', `there is no queue named "${name}"`, { name });
      const queue = await db.transaction(async (tx) => {
        if (by) await audit(tx, { by, action: 'queue.update', target: name, details: patch });
        return patchQueue(tx, name, patch);
      });
      await tell({ kind: 'queues' });
      return queue;
    },

    ended: () => readEnded(db),

    async stats(hours) {
      const [rows, latencies, live] = await Promise.all([
        readStats(db, hours),
        readLatencies(db, { hours, subject: 'job' }, now()),
        liveCounts(),
      ]);
      const types = rows.map(({ duration_ms, slowest_ms, slowest_job, ...row }): TypeStats => {
        const times = (measure: LatencyMeasure) =>
          percentilesOf(latencies.find((one) => one.name === row.type && one.measure === measure)?.bins);
        const { p50Ms = null, p95Ms = null, p99Ms = null } = times('duration') ?? {};
        const attempts = row.completed + row.retried + row.dead + row.cancelled;
        const ends = row.completed + row.dead;
        return {
          ...row,
          successRate: ends === 0 ? null : row.completed / ends,
          meanMs: attempts === 0 ? null : duration_ms / attempts,
          ...{ p50Ms, p95Ms, p99Ms, wait: times('wait'), lateness: times('lateness') },
          slowestMs: slowest_ms,
          slowestJob: slowest_job,
        };
      });
      return { hours, types, live: live.counts, liveCapped: live.capped };
    },
  };
}
