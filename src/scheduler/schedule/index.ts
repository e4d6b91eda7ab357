// The exports of the schedule folder: pure time computation, without a clock or a database.
export { usesAnchor } from './sequence/anchor.js';
export { scheduleCalendar, type CalendarDay, type CalendarOptions } from './calendar/calendar.js';
export { compareSchedule, type PolicyComparison } from './calendar/compare.js';
export { localBuckets } from './calendar/local-buckets.js';
export { zoneNames, zoneProblem, zoneRule } from './input/check-schedule.js';
export { compileSchedule, runtimeZones, type CompiledSchedule, type CompileOptions } from './compile-schedule.js';
export { GAP_COUNT_LIMIT, planMisfire, type MisfireGap, type MisfirePlan } from './misfire.js';
export { nearestOccurrence } from './sequence/nearest-occurrence.js';
export { firstRun, nextRun, type NextRunOptions } from './next-run.js';
export {
  assertCanFire,
  assertFiresAfter,
  inputToJson,
  jsonToInput,
  normalizeSchedule,
  parseSchedule,
  scheduleToJson,
} from './input/parse-schedule.js';
export { scheduleFromJson, type ScheduleDefaults } from './input/schedule-defaults.js';
export { schedulePatchSchema, scheduleSchema } from './input/schedule-schema.js';
export { describeSchedule, type DescribeOptions } from './words/describe.js';
export { previewCompiled, previewSchedule, type PreviewEntry, type PreviewOptions } from './preview.js';
export { type OccurrenceNote } from './sequence/occurrences.js';
export { planScheduleChange } from './input/schedule-change.js';
export * from './schedule.js';
export { spreadOffsetMs, withSpread, type SpreadOccurrence } from './spread.js';
export { localDayStart, localTime } from './zones/local-time.js';
export { clockChangesBetween, type ClockChange } from './zones/zone-changes.js';
export { createZoneTables, type OffsetSpan, type ZoneOffsets, type ZoneTables } from './zones/zone-offsets.js';
export { intlZoneRules, tzVersion, type ZoneRulesSource } from './zones/zone-rules.js';
export type { ZoneNames } from './zones/zone-names.js';
