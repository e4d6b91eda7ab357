// Recurring jobs: each occurrence is a separate job; the end of one enqueues the next in the same transaction. Pure.
import type { Job, NewJobRow } from '../../../db/queue/queries/rows.js';
import {
  compileSchedule,
  firstRun,
  inputToJson,
  normalizeSchedule,
  parseSchedule,
  planMisfire,
  withSpread,
  type CompiledSchedule,
  type MisfirePlan,
  type ScheduleInput,
  type ScheduleJson,
  type SpreadOccurrence,
} from '../../schedule/index.js';
import { tenantBucket } from '../define/tenant-bucket.js';

/** What a recurring job stores: its rule, and since when the rule has applied. */
export interface StoredSchedule {
  readonly rule: ScheduleJson;
  readonly anchor: string;
}

type Recurring = Required<Pick<NewJobRow, 'run_at' | 'scheduled_for' | 'schedule' | 'series_id'>>;

/** A compiled schedule of one series. */
export interface Series {
  readonly compiled: CompiledSchedule;
  /** Its spread delay is derived from this id, which all its occurrences share. */
  readonly id: string;
  /** Occurrences before this time do not count. */
  readonly inForceSinceMs: number;
}

/** Throws INVALID_SCHEDULE when the rule cannot be read here, for example because its zone is not known. */
export function seriesOf(stored: unknown, id: string): Series {
  const { rule, anchor: since } = stored as StoredSchedule;
  const anchor = new Date(since);
  return { compiled: compileSchedule(parseSchedule(rule), { anchor }), id, inForceSinceMs: anchor.getTime() };
}

/** The columns that hold when an occurrence is due and which one it is. */
export const occurrenceTimes = ({ nominalMs, effectiveMs }: SpreadOccurrence) => ({
  run_at: new Date(effectiveMs).toISOString(),
  scheduled_for: new Date(nominalMs).toISOString(),
});

/** The first occurrence of a schedule that is set now. Throws INVALID_SCHEDULE with the path of the field. */
export function firstOccurrence(input: ScheduleInput, seriesId: string, now: Date): Recurring {
  const nominal = firstRun(normalizeSchedule(input), now);
  const schedule: StoredSchedule = { rule: inputToJson(input), anchor: now.toISOString() };
  const { compiled } = seriesOf(schedule, seriesId);
  return { ...occurrenceTimes(withSpread(compiled, seriesId, nominal.getTime())), schedule, series_id: seriesId };
}

/** The misfire policy's decision on a due occurrence. Null: its time, including its spread delay, has not come yet. */
export function planDue(
  { compiled, id, inForceSinceMs }: Series,
  nominalMs: number,
  nowMs: number,
): MisfirePlan | null {
  const { misfire, misfireGraceS, misfireCap } = compiled.schedule;
  // an occurrence is not late before its spread delay is over, so the delay is subtracted from the clock
  const clockMs = nowMs - (withSpread(compiled, id, nominalMs).effectiveMs - nominalMs);
  if (clockMs < nominalMs) return null;
  return planMisfire({
    compiled,
    misfire,
    misfireGraceMs: misfireGraceS * 1_000,
    misfireCap,
    scheduledForMs: nominalMs,
    nowMs: clockMs,
    inForceSinceMs,
  });
}

/** The occurrence after `scheduledFor`, by the schedule's misfire policy; null: the series has ended. Throws INVALID_SCHEDULE. */
export function nextOccurrence(
  stored: unknown,
  seriesId: string,
  scheduledFor: Date,
  now: Date,
): SpreadOccurrence | null {
  const series = seriesOf(stored, seriesId);
  const following = series.compiled.next(Math.max(scheduledFor.getTime(), series.inForceSinceMs));
  if (following === null) return null;
  const plan = planDue(series, following, now.getTime());
  const nominalMs = plan === null ? following : (plan.runMs ?? plan.nextMs);
  return nominalMs === null ? null : withSpread(series.compiled, seriesId, nominalMs);
}

/** The job of the next occurrence, like the one that ended. */
export function followingJob(ended: Job, at: SpreadOccurrence, id: string): NewJobRow {
  return {
    id,
    type: ended.type,
    queue: ended.queue,
    payload: ended.payload,
    priority: ended.priority,
    ...occurrenceTimes(at),
    max_attempts: ended.maxAttempts,
    timeout_ms: ended.timeoutMs,
    ...(ended.uniqueKey === null ? {} : { unique_key: ended.uniqueKey }),
    tenant_id: ended.tenantId,
    bucket: tenantBucket(ended.tenantId),
    workspace_id: ended.workspaceId,
    user_id: ended.userId,
    group_id: ended.groupId,
    schedule: ended.schedule,
    ...(ended.seriesId === null ? {} : { series_id: ended.seriesId }),
  };
}
