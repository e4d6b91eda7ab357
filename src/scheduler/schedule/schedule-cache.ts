// Keeps compiled schedules, so that thousands of next runs a second cost a look-up each; bounded, the oldest go first.
import { compileSchedule, type CompiledSchedule } from './compile-schedule.js';
import { DAY } from './civil.js';
import type { Schedule } from './schedule.js';
import type { ZoneTables } from './zone-offsets.js';

export interface ScheduleCache {
  /** The compiled form; equal schedules with the same open dates share one. */
  get(schedule: Schedule, anchor: Date): CompiledSchedule;
  /** The same by a key of the caller's own (the stored text, say): `load` is called only when the key is new. */
  getByKey(key: string, load: () => { schedule: Schedule; anchor: Date }): CompiledSchedule;
  readonly size: number;
}

export interface ScheduleCacheOptions {
  /** Entries at most; about 1 kB each. */
  readonly max: number;
  readonly zones?: ZoneTables;
}

/** True when the schedule takes something from its anchor. */
export function usesAnchor(schedule: Schedule): boolean {
  const { frequency, interval, startsOn, dayOfWeek, dayOfMonth, month } = schedule;
  if (startsOn !== null || frequency === 'cron') return false;
  if (interval > 1) return true;
  if (frequency === 'weekly') return dayOfWeek === null;
  if (frequency === 'yearly') return dayOfMonth === null || month === null;
  return (frequency === 'monthly' || frequency === 'quarterly') && dayOfMonth === null;
}

export function createScheduleCache({ max, zones }: ScheduleCacheOptions): ScheduleCache {
  const byKey = new Map<string, CompiledSchedule>();
  const compile = (schedule: Schedule, anchor: Date): CompiledSchedule =>
    compileSchedule(schedule, zones === undefined ? { anchor } : { anchor, zones });
  const keep = (key: string, compiled: CompiledSchedule): CompiledSchedule => {
    if (byKey.size >= max) byKey.delete(byKey.keys().next().value as string);
    byKey.set(key, compiled);
    return compiled;
  };
  const keyOf = (schedule: Schedule, anchor: Date): string => {
    const values = Object.values(schedule).join('|');
    return usesAnchor(schedule) ? `${Math.floor(anchor.getTime() / DAY)}|${anchor.getTime()}|${values}` : values;
  };
  return {
    get(schedule, anchor) {
      const key = keyOf(schedule, anchor);
      return byKey.get(key) ?? keep(key, compile(schedule, anchor));
    },
    getByKey(key, load) {
      const known = byKey.get(key);
      if (known) return known;
      const { schedule, anchor } = load();
      return keep(key, compile(schedule, anchor));
    },
    get size() {
      return byKey.size;
    },
  };
}
