// The occurrence that a handler receives, from its row, its schedule and its plan. Pure.
import type { StoredRow } from '../../../db/rows/queries/row.js';
import type { CompiledSchedule } from '../../schedule/index.js';
import type { RowOccurrence } from '../contract/row-occurrence.js';

export interface OccurrenceFacts {
  readonly schedule: string;
  readonly columns: readonly string[];
  readonly row: StoredRow;
  readonly compiled: CompiledSchedule;
  readonly scheduledForMs: number;
  readonly dueMs: number;
  readonly attempt: number;
  readonly missedCount: number;
  readonly missedFromMs: number | null;
  readonly nextForMs: number | null;
}

const MINUTE_MS = 60_000;
const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

export function occurrenceOf(facts: OccurrenceFacts): RowOccurrence {
  const { schedule, columns, row, compiled, scheduledForMs } = facts;
  const { offset } = compiled.zone.spanAt(scheduledForMs);
  const scheduledFor = new Date(scheduledForMs);
  return {
    schedule,
    key: row.key,
    scheduledFor,
    dueAt: new Date(facts.dueMs),
    localTime: new Date(scheduledForMs + offset).toISOString().slice(0, 19),
    timezone: compiled.schedule.timezone,
    utcOffsetMinutes: offset / MINUTE_MS,
    rule: compiled.schedule,
    tenantId: row.tenantId,
    attempt: facts.attempt,
    missedCount: facts.missedCount,
    missedFrom: dateOf(facts.missedFromMs),
    nextScheduledFor: dateOf(facts.nextForMs),
    row: Object.fromEntries(columns.map((column, index) => [column, row[`c${index}`]])),
    idempotencyKey: `${schedule}:${row.key}:${scheduledFor.toISOString()}`,
  };
}
