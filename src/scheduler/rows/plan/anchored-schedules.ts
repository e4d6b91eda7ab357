// Compiles each distinct schedule once; schedules that take their dates from a row's anchor are cached per local day of the anchor.
import {
  compileSchedule,
  runtimeZones,
  usesAnchor,
  type CompiledSchedule,
  type Schedule,
  type ZoneTables,
} from '../../schedule/index.js';
import { createBoundedCache } from './bounded-cache.js';

const DAY_MS = 86_400_000;

/** PostgreSQL has infinity and years that a Date does not support. */
const withinDates = (ms: number | null): number => (ms === null || Number.isNaN(new Date(ms).getTime()) ? 0 : ms);

/** `key` stands for the schedule: the same key, the same schedule. */
export type AnchoredSchedules = (key: string, schedule: () => Schedule, anchorMs: number | null) => CompiledSchedule;

interface Known {
  readonly schedule: Schedule;
  readonly anchored: boolean;
}

export function createAnchoredSchedules(max: number, zones: ZoneTables = runtimeZones): AnchoredSchedules {
  const schedules = createBoundedCache<Known>(max);
  const compiled = createBoundedCache<CompiledSchedule>(max);
  const localDay = (timezone: string, ms: number): number =>
    Math.floor((ms + zones.of(timezone).spanAt(ms).offset) / DAY_MS);

  return (key, make, anchor) => {
    const { schedule, anchored } = schedules.get(key, () => {
      const made = make();
      return { schedule: made, anchored: usesAnchor(made) };
    });
    const anchorMs = withinDates(anchor);
    const day = anchored ? localDay(schedule.timezone, anchorMs) : '';
    return compiled.get(`${day}|${key}`, () => compileSchedule(schedule, { anchor: new Date(anchorMs), zones }));
  };
}
