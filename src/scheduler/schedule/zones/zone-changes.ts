// The changes of a zone's clock, as a calendar marks them.
import { MINUTE } from '../civil.js';
import type { OffsetSpan, ZoneOffsets } from './zone-offsets.js';

export interface ClockChange {
  /** The instant of the change, epoch ms. */
  readonly atMs: number;
  /** By how much the local clock goes forward; negative: back. A fraction only where history has seconds. */
  readonly jumpMinutes: number;
}

/** Spans end at the edges of their tables as well, where nothing changes. */
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
