// Recurring jobs: each occurrence is a job of its own; the end of one enqueues the next in the same transaction.
import type { JobRow, NewJobRow } from '../../../db/queue/queries/rows.js';
import {
  compileSchedule,
  firstRun,
  inputToJson,
  normalizeSchedule,
  parseSchedule,
  planMisfire,
  type Schedule,
  type ScheduleInput,
  type ScheduleJson,
} from '../../schedule/index.js';
import { tenantBucket } from './tenant-bucket.js';

/** What a recurring job keeps: its rule, and from when the rule counts. */
interface StoredSchedule {
  readonly rule: ScheduleJson;
  readonly anchor: string;
}

type Recurring = Pick<NewJobRow, 'run_at' | 'scheduled_for' | 'schedule' | 'series_id'>;

/** The first occurrence of a schedule that is set now. Throws INVALID_SCHEDULE with the path of the field. */
export function firstOccurrence(input: ScheduleInput, seriesId: string, now: Date): Recurring {
  const schedule = normalizeSchedule(input);
  const at = firstRun(schedule, now).toISOString();
  const stored: StoredSchedule = { rule: inputToJson(input), anchor: now.toISOString() };
  return { run_at: at, scheduled_for: at, schedule: stored, series_id: seriesId };
}

const compile = (stored: StoredSchedule): { schedule: Schedule; next: (afterMs: number) => number | null } => {
  const schedule = parseSchedule(stored.rule);
  const compiled = compileSchedule(schedule, { anchor: new Date(stored.anchor) });
  return { schedule, next: (afterMs) => compiled.next(afterMs) };
};

/** The nominal time of the occurrence after `scheduledFor`, by the schedule's misfire policy; null: the series has ended. */
export function nextOccurrence(stored: unknown, scheduledFor: Date, now: Date): Date | null {
  const { schedule, next } = compile(stored as StoredSchedule);
  const following = next(scheduledFor.getTime());
  if (following === null) return null;
  if (following > now.getTime()) return new Date(following);
  const plan = planMisfire({
    compiled: { next },
    misfire: schedule.misfire,
    misfireGraceMs: schedule.misfireGraceS * 1_000,
    misfireCap: schedule.misfireCap,
    scheduledForMs: following,
    nowMs: now.getTime(),
  });
  const runMs = plan.runMs ?? plan.nextMs;
  return runMs === null ? null : new Date(runMs);
}

/** The job of the next occurrence, like the one that ended. */
export function followingJob(ended: JobRow, at: Date, id: string): NewJobRow {
  return {
    id,
    type: ended.type,
    queue: ended.queue,
    payload: ended.payload,
    priority: ended.priority,
    run_at: at.toISOString(),
    scheduled_for: at.toISOString(),
    max_attempts: ended.max_attempts,
    timeout_ms: ended.timeout_ms,
    ...(ended.unique_key === null ? {} : { unique_key: ended.unique_key }),
    tenant_id: ended.tenant_id,
    bucket: tenantBucket(ended.tenant_id),
    workspace_id: ended.workspace_id,
    user_id: ended.user_id,
    group_id: ended.group_id,
    schedule: ended.schedule,
    ...(ended.series_id === null ? {} : { series_id: ended.series_id }),
  };
}
