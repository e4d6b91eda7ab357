// A schedule in its three columns, and how a patch changes it. Pure.
import { snakeKeys } from '../../base/snake-case.js';
import {
  inputToJson,
  jsonToInput,
  scheduleToJson,
  type Schedule,
  type ScheduleInput,
  type ScheduleJson,
  type SchedulePatch,
} from '../../scheduler/schedule/index.js';

export interface ScheduleColumns {
  readonly frequency: string;
  readonly timezone: string;
  /** JSON text of all other given fields; null: none. */
  readonly schedule: string | null;
}

/** Stores the given fields. Defaults are not stored, except the zone: a changed default must not move existing schedules. */
export function scheduleColumns(input: ScheduleInput, checked: Schedule): ScheduleColumns {
  const { frequency: _frequency, timezone: _timezone, ...rest } = inputToJson(input);
  const schedule = Object.keys(rest).length === 0 ? null : JSON.stringify(rest);
  return { frequency: checked.frequency, timezone: checked.timezone, schedule };
}

const DEFAULT_FREQUENCY = 'daily';

/** Calendar fields that have a different meaning, or none, with another frequency. */
const OF_ONE_FREQUENCY: readonly (keyof ScheduleJson)[] = ['interval', 'day_of_week', 'day_of_month', 'month', 'cron'];

/**
 * The stored schedule with the given fields replaced, and without those that are null, whose defaults apply again. With another frequency,
 * the calendar fields of the old one are removed; time, zone and policies are kept.
 */
export function patchSchedule(stored: Schedule, storedGiven: ScheduleJson, patch: SchedulePatch): ScheduleInput {
  const given = inputToJson(patch as ScheduleInput);
  if (patch.frequency === null) given.frequency = DEFAULT_FREQUENCY;
  const kept: ScheduleJson = { ...storedGiven, frequency: stored.frequency, timezone: stored.timezone };
  for (const field of takenAway(patch)) delete kept[field];
  if (given.frequency !== undefined && given.frequency !== stored.frequency) {
    for (const field of OF_ONE_FREQUENCY) delete kept[field];
    if (given.frequency === 'cron') delete kept.time;
  }
  return jsonToInput({ ...kept, ...given });
}

const takenAway = (patch: SchedulePatch): (keyof ScheduleJson)[] =>
  Object.entries(snakeKeys(patch)).flatMap(([name, value]) => (value === null ? [name as keyof ScheduleJson] : []));

/** The other fields of the row, if they can be read. */
export function givenFields(text: string | null, schedule: Schedule): ScheduleJson {
  if (text === null) return {};
  const full = scheduleToJson(schedule);
  const stored = JSON.parse(text) as unknown;
  if (typeof stored !== 'object' || stored === null) return {}; // an adopted row may contain anything
  return Object.fromEntries(Object.entries(full).filter(([name]) => name in stored));
}
