// The exports of row schedules: a schedule for each row of any described table.
export {
  defineRowSchedule,
  type AnyRowSchedule,
  type RowPolicies,
  type RowScheduleDefinition,
  type RowTable,
  type ScheduleColumns,
} from './contract/define-row-schedule.js';
export type { RowContext, RowOccurrence, RowOutcome, RowRunOutcome } from './contract/row-occurrence.js';
export { createRowSchedules, type RowParts, type RowSchedules } from './create-row-schedules.js';
export { namesOf, type OwnedRowSchedule } from './row-schedule.js';
export type { RowHistoryEntry, RowHistoryQuery } from './row-history.js';
export type { RowScheduleStatus, SuspendedRow } from './row-status.js';
export type { RowTallies } from './row-tally.js';
export { createZoneUpdate, type ZoneUpdate } from './zone-update.js';
export { createAnchoredSchedules } from './plan/anchored-schedules.js';
export { createBoundedCache } from './plan/bounded-cache.js';
export { nextOccurrence, type NextOccurrence } from './plan/next-occurrence.js';
export { planLate } from './plan/plan-late.js';
export { movedByZoneRules } from './plan/plan-unplanned.js';
