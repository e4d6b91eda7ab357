// Keeps compiled schedules, so that thousands of next runs a second cost a look-up each; bounded, the oldest go first.
import { compileSchedule, type CompiledSchedule } from './compile-schedule.js';
import { usesAnchor } from './anchor.js';
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

export function createScheduleCache({ max, zones }: ScheduleCacheOptions): ScheduleCache {
  const byKey = new Map<string, CompiledSchedule>();
  const compile = (schedule: Schedule, anchor: Date): CompiledSchedule =>
    compileSchedule(schedule, zones === undefined ? { anchor } : { anchor, zones });
  const keep = (key: string, compiled: CompiledSchedule): CompiledSchedule => {
    if (byKey.size >= max) byKey.delete(byKey.keys().next().value as string);
    byKey.set(key, compiled);
    return compiled;
  };
  return {
    get(schedule, anchor) {
      const open = usesAnchor(schedule) ? anchor.getTime() : '';
      const key = `${open}|${Object.values(schedule).join('|')}`;
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
