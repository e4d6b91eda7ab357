// A schedule as its three columns hold it, and how a patch changes it. Pure.
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
  /** JSON text of what was given beyond these two; null: nothing. */
  readonly schedule: string | null;
}

/** Stores what was given; defaults stay open, save for the zone: a changed default must not move what exists. */
export function scheduleColumns(input: ScheduleInput, checked: Schedule): ScheduleColumns {
  const { frequency: _frequency, timezone: _timezone, ...rest } = inputToJson(input);
  const schedule = Object.keys(rest).length === 0 ? null : JSON.stringify(rest);
  return { frequency: checked.frequency, timezone: checked.timezone, schedule };
}

const DEFAULT_FREQUENCY = 'daily';

/** Calendar fields that say something else, or nothing, with another frequency. */
const OF_ONE_FREQUENCY: readonly (keyof ScheduleJson)[] = ['interval', 'day_of_week', 'day_of_month', 'month', 'cron'];

/**
 * The stored schedule with the given fields in place of its own, and without those that are null: their defaults hold again. With
 * another frequency the calendar fields of the old one go; time, zone and policies stay.
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

/** What the row gave beyond frequency and zone, if it can be read. */
export function givenFields(text: string | null, schedule: Schedule): ScheduleJson {
  if (text === null) return {};
  const full = scheduleToJson(schedule);
  const stored = JSON.parse(text) as unknown;
  if (typeof stored !== 'object' || stored === null) return {}; // an adopted row may hold anything
  return Object.fromEntries(Object.entries(full).filter(([name]) => name in stored));
}
