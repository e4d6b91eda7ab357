// Where a local date begins: not always at midnight, and not always 24 hours after the previous one.
import { DAY, HOUR } from '../civil.js';
import type { ZoneOffsets } from '../zones/zone-offsets.js';
import { instantSequence } from './instant-sequence.js';
import type { LocalSequence } from './local-sequence.js';

/** The first instant (epoch ms) of a local date, given as its day number; for a date that a zone skipped, that of the next one. */
export function startOfDay(zone: ZoneOffsets, day: number): number {
  const midnight: LocalSequence = { atOrAfter: (local) => (local <= day * DAY ? day * DAY : Infinity) };
  return instantSequence(midnight, zone, { dstGap: 'shift', dstOverlap: 'first' }).atOrAfter(day * DAY - 16 * HOUR);
}
