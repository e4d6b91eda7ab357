// With new rules of a time zone, a future occurrence is moved to the nearest one of the same schedule, so that none is lost or repeated.
// Pure.
import type { CompiledSchedule } from '../compile-schedule.js';

/** No country has changed its clocks by more between two releases. */
const REACH_MS = 3 * 3_600_000;

/** The occurrence nearest to its time by the older rules; null: the schedule has none that is near or later. */
export function nearestOccurrence(compiled: Pick<CompiledSchedule, 'next'>, storedMs: number): number | null {
  let nearest: number | null = null;
  let at = compiled.next(storedMs - REACH_MS - 1);
  while (at !== null && (nearest === null || Math.abs(at - storedMs) <= Math.abs(nearest - storedMs))) {
    nearest = at;
    at = compiled.next(at);
  }
  return nearest;
}
