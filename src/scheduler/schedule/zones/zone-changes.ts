// The clock changes of a zone, for calendars.
import { MINUTE } from '../civil.js';
import type { OffsetSpan, ZoneOffsets } from './zone-offsets.js';

export interface ClockChange {
  /** The instant of the change, epoch ms. */
  readonly atMs: number;
  /** How far the local clock goes forward; negative: back. Fractional only for historical offsets with seconds. */
  readonly jumpMinutes: number;
}

/** Spans also end at the edges of their tables, without a change. */
const changeAt = (before: OffsetSpan, after: OffsetSpan): ClockChange[] =>
  after.offset === before.offset ? [] : [{ atMs: after.start, jumpMinutes: (after.offset - before.offset) / MINUTE }];

/** The changes in [fromMs, untilMs), in order. */
export function clockChangesBetween(zone: ZoneOffsets, fromMs: number, untilMs: number): ClockChange[] {
  const changes: ClockChange[] = [];
  let span = zone.spanAt(fromMs - 1);
  while (span.end < untilMs) {
    const next = zone.spanAt(span.end);
    changes.push(...changeAt(span, next));
    span = next;
  }
  return changes;
}
