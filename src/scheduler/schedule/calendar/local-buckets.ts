// Where buckets of local time begin: at full local hours or days, across clock changes.
import { DAY } from '../civil.js';
import type { ZoneOffsets } from '../zones/zone-offsets.js';

const localDay = (local: number): number => Math.floor(local / DAY) * DAY;

/** The last local time at or before this one at which a bucket begins: buckets are counted from midnight. */
const bucketStart = (local: number, bucketMs: number): number => {
  const day = localDay(local);
  return day + Math.floor((local - day) / bucketMs) * bucketMs;
};

/** The local time at which the bucket of this one ends; a bucket shorter than a day ends at midnight at the latest. */
const bucketEnd = (local: number, bucketMs: number): number => {
  const end = bucketStart(local, bucketMs) + bucketMs;
  return bucketMs < DAY ? Math.min(end, localDay(local) + DAY) : end;
};

/** When the bucket that contains `atMs` began, by the local clock at that time. */
function beginOf(zone: ZoneOffsets, atMs: number, bucketMs: number): number {
  const { start, offset } = zone.spanAt(atMs);
  const local = bucketStart(atMs + offset, bucketMs);
  return local - offset >= start ? local - offset : Math.min(start, local - zone.spanAt(start - 1).offset);
}

/** When the bucket that begins at `edgeMs` ends, by the local clock at that time. */
function endOf(zone: ZoneOffsets, edgeMs: number, bucketMs: number): number {
  let span = zone.spanAt(edgeMs);
  const endLocal = bucketEnd(edgeMs + span.offset, bucketMs);
  for (;;) {
    const endMs = endLocal - span.offset;
    if (endMs <= span.end) return Math.max(endMs, span.start);
    span = zone.spanAt(span.end);
  }
}

/**
 * The instants (epoch ms) at which buckets of local time begin: the one that contains `fromMs`, and all that begin before `untilMs`. A
 * clock change makes a bucket longer or shorter; an hour that occurs twice is two buckets.
 */
export function localBuckets(
  zone: ZoneOffsets,
  { fromMs, untilMs, bucketMs }: { readonly fromMs: number; readonly untilMs: number; readonly bucketMs: number },
): number[] {
  const edges: number[] = [];
  for (let edge = beginOf(zone, fromMs, bucketMs); edge < untilMs; edge = endOf(zone, edge, bucketMs)) edges.push(edge);
  return edges;
}
