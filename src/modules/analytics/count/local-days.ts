// Local days of a time zone as spans of real time: a day may have 23 or 25 hours, consist of two pieces, or not exist. Pure.
import { runtimeZones, zoneNames, type OffsetSpan, type ZoneOffsets } from '../../../scheduler/public.js';

/** In epoch milliseconds; `until` is exclusive. */
export interface Stretch {
  readonly since: number;
  readonly until: number;
}

/** A span in which the local clock is ahead of UTC by `offset` milliseconds. */
export interface OffsetStretch extends Stretch {
  readonly offset: number;
}

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No zone has ever been further from UTC. */
const FURTHEST_MS = 26 * HOUR_MS;

/** The zone of a team; UTC if it has none, or an unknown one. */
export const zoneOf = (timezone: string | null): ZoneOffsets =>
  runtimeZones.of((timezone === null ? null : zoneNames.resolve(timezone)) ?? 'UTC');

/** `2026-03-08` of the number of a day since 1970. */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The number of a day since 1970. */
export const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** The local day at an instant. */
export const localDay = (zone: ZoneOffsets, ms: number): number => Math.floor((ms + zone.spanAt(ms).offset) / DAY_MS);

/** The pieces of a span with a constant offset. */
export function offsetsOf(zone: ZoneOffsets, { since, until }: Stretch): readonly OffsetStretch[] {
  const pieces: OffsetStretch[] = [];
  for (let at = since; at < until;) {
    const span: OffsetSpan = zone.spanAt(at);
    const end = Math.min(span.end, until);
    const last = pieces.at(-1);
    if (last?.offset === span.offset) pieces[pieces.length - 1] = { ...last, until: end };
    else pieces.push({ since: at, until: end, offset: span.offset });
    at = end;
  }
  return pieces;
}

/** The local days that an hour (since 1970) overlaps: one, or two if midnight is within it. */
export function daysOfHour(zone: ZoneOffsets, hour: number): readonly number[] {
  const days = offsetsOf(zone, { since: hour * HOUR_MS, until: (hour + 1) * HOUR_MS }).flatMap(
    ({ since, until, offset }) => [Math.floor((since + offset) / DAY_MS), Math.floor((until - 1 + offset) / DAY_MS)],
  );
  return [...new Set(days)];
}

/** The spans of a local day; none for a day that was skipped (30 December 2011 in Samoa). */
export function stretchesOf(zone: ZoneOffsets, day: number): readonly Stretch[] {
  const about = { since: day * DAY_MS - FURTHEST_MS, until: (day + 1) * DAY_MS + FURTHEST_MS };
  const parts: Stretch[] = [];
  for (const { since, until, offset } of offsetsOf(zone, about)) {
    const part = { since: Math.max(since, day * DAY_MS - offset), until: Math.min(until, (day + 1) * DAY_MS - offset) };
    if (part.since >= part.until) continue;
    const last = parts.at(-1);
    if (last?.until === part.since) parts[parts.length - 1] = { since: last.since, until: part.until };
    else parts.push(part);
  }
  return parts;
}
