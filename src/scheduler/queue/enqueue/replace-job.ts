// `onConflict: 'replace'`: a job whose key is held replaces the holder.
//
// | the holder                       | what happens                                                                        |
// | -------------------------------- | ----------------------------------------------------------------------------------- |
// | waits                            | becomes the new job, under its own id                                               |
// | is in hand; both recur           | runs to its end; what follows is by the new schedule and with the new payload       |
// | is in hand                       | runs to its end without the key, and its series ends; the new job is stored         |
// | has ended, its key is still held | is kept: the key is held for a time on purpose                                      |
import { isDeepStrictEqual } from 'node:util';
import { SchedulerError } from '../../../base/errors.js';
import type { Db } from '../../../db/database.js';
import { insertFree, insertJobs } from '../../../db/queue/queries/insert-jobs.js';
import {
  detachJob,
  findKeyHolder,
  lockJob,
  replaceJob,
  type LiveJob,
  type LockedJob,
} from '../../../db/queue/queries/replace-jobs.js';
import type { NewJobRow } from '../../../db/queue/queries/rows.js';
import { withSpread } from '../../schedule/index.js';
import { JOB_DEFAULTS, PRIORITIES } from '../define/define-job.js';
import { changeRule } from '../recurring/change-rule.js';
import { occurrenceTimes, seriesOf, type StoredSchedule } from '../recurring/recurrence.js';
import type { Enqueued } from './enqueued.js';

export interface ReplaceDeps {
  readonly now: () => Date | null;
  readonly clockNow: () => Date;
}

/** A key whose holder changes at every attempt has too much contention. */
const ROUNDS = 10;

/** Stores a job with a key, or replaces the holder, in the transaction `tx`. */
export async function insertOrReplace(tx: Db, row: NewJobRow, deps: ReplaceDeps): Promise<Enqueued> {
  const key = row.unique_key as string;
  for (let round = 0; round < ROUNDS; round += 1) {
    const holder = await findKeyHolder(tx, key, deps.now());
    if (holder === undefined) {
      if (await insertFree(tx, row, deps.now())) return { id: row.id, existing: false };
      continue;
    }
    // without a change nothing is locked: a program may declare the same job at each start
    if (holder.job === null || replacement(holder.job, row, deps.clockNow()) === null) return kept(holder.id);
    const locked = await lockJob(tx, holder.id, key);
    if (locked !== undefined) return replace(tx, locked, row, deps);
  }
  throw new SchedulerError('JOB_NOT_PENDING', `the unique key "${key}" is being passed to another job: try again`, {
    key,
  });
}

const kept = (id: string): Enqueued => ({ id, existing: true });

async function replace(tx: Db, locked: LockedJob, row: NewJobRow, deps: ReplaceDeps): Promise<Enqueued> {
  const { job, inHand } = locked;
  if (inHand && (job.schedule === null || row.schedule === undefined)) {
    await detachJob(tx, job.id, row.unique_key as string);
    await insertJobs(tx, [row], deps.now());
    return { id: row.id, existing: false };
  }
  const becomes = replacement(job, row, deps.clockNow());
  if (becomes === null) return kept(job.id);
  await replaceJob(tx, locked, becomes, deps.now());
  return { id: job.id, existing: true, replaced: true };
}

/** The new values of a holder; null: it already has them. Pure. */
function replacement(holder: LiveJob, row: NewJobRow, now: Date): NewJobRow | null {
  if (row.schedule === undefined) return row;
  const seriesId = holder.series_id ?? holder.id;
  if (holder.schedule === null) return { ...row, ...firstTimes(row, seriesId), series_id: seriesId };
  const current = { schedule: holder.schedule, seriesId, scheduledMs: holder.scheduled_ms };
  const change = changeRule(current, (row.schedule as StoredSchedule).rule, now);
  if (change === null && isSame(holder, row)) return null;
  const waits = { nominalMs: holder.scheduled_ms, effectiveMs: holder.run_ms };
  const schedule = change?.schedule ?? holder.schedule;
  return { ...row, ...occurrenceTimes(change?.at ?? waits), schedule, series_id: seriesId };
}

/** The first occurrence of a new row, at the place in the spread of another series. */
function firstTimes({ schedule, scheduled_for }: NewJobRow, seriesId: string): ReturnType<typeof occurrenceTimes> {
  const { compiled } = seriesOf(schedule, seriesId);
  return occurrenceTimes(withSpread(compiled, seriesId, Date.parse(scheduled_for as string)));
}

const contentOf = (job: LiveJob | NewJobRow) => ({
  payload: job.payload ?? {},
  priority: job.priority ?? PRIORITIES[JOB_DEFAULTS.priority],
  max_attempts: job.max_attempts ?? JOB_DEFAULTS.maxAttempts,
  timeout_ms: job.timeout_ms ?? null,
  tenant_id: job.tenant_id ?? null,
  workspace_id: job.workspace_id ?? null,
  user_id: job.user_id ?? null,
  group_id: job.group_id ?? null,
});

const isSame = (holder: LiveJob, row: NewJobRow): boolean => isDeepStrictEqual(contentOf(holder), contentOf(row));
