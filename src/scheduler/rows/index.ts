// The door of row schedules: a schedule for each row of any described table.
export {
  defineRowSchedule,
  type AnyRowSchedule,
  type RowPolicies,
  type RowScheduleDefinition,
  type RowTable,
  type ScheduleColumns,
} from './contract/define-row-schedule.js';
export type { RowContext, RowOccurrence, RowOutcome } from './contract/row-occurrence.js';
