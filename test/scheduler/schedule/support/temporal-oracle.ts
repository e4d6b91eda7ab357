// What a schedule should do, worked out the slow way with an implementation of time that is not ours: Temporal, day by day.
import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import type { Schedule } from '../../../../src/scheduler/schedule/index.js';

type Policies = Pick<Schedule, 'dstGap' | 'dstOverlap'>;

/** All instants (epoch ms) that a local time means under the policies. */
function instantsOf(local: Temporal.PlainDateTime, zone: string, { dstGap, dstOverlap }: Policies): number[] {
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return [earlier.epochMilliseconds];
  if (!earlier.toPlainDateTime().equals(local)) {
    const shifted = local.toZonedDateTime(zone, { disambiguation: 'compatible' });
    return dstGap === 'shift' ? [shifted.epochMilliseconds] : [];
  }
  if (dstOverlap === 'both') return [earlier.epochMilliseconds, later.epochMilliseconds];
  return [(dstOverlap === 'first' ? earlier : later).epochMilliseconds];
}

function matches(date: Temporal.PlainDate, schedule: Schedule, anchor: Temporal.PlainDate): boolean {
  const { frequency, interval, monthEnd } = schedule;
  if (frequency === 'daily') return anchor.until(date, { largestUnit: 'day' }).days % interval === 0;
  if (frequency === 'weekly') {
    const monday = (day: Temporal.PlainDate): Temporal.PlainDate => day.subtract({ days: day.dayOfWeek - 1 });
    const days = monday(anchor).until(monday(date), { largestUnit: 'day' }).days;
    return date.dayOfWeek === (schedule.dayOfWeek ?? anchor.dayOfWeek) && (days / 7) % interval === 0;
  }
  const wanted = schedule.dayOfMonth ?? anchor.day;
  const isDay = date.day === (monthEnd === 'clamp' ? Math.min(wanted, date.daysInMonth) : wanted);
  if (!isDay) return false;
  if (frequency === 'monthly') return ((date.year - anchor.year) * 12 + date.month - anchor.month) % interval === 0;
  if (frequency === 'yearly')
    return date.month === (schedule.month ?? anchor.month) && (date.year - anchor.year) % interval === 0;
  const quarter = (day: Temporal.PlainDate): number => day.year * 4 + Math.ceil(day.month / 3);
  return (date.month - (schedule.month ?? 1)) % 3 === 0 && (quarter(date) - quarter(anchor)) % interval === 0;
}

const inBounds = (date: Temporal.PlainDate, { startsOn, endsOn }: Schedule): boolean =>
  (startsOn === null || Temporal.PlainDate.compare(date, startsOn) >= 0) &&
  (endsOn === null || Temporal.PlainDate.compare(date, endsOn) <= 0);

const localDateOf = (ms: number, zone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();

const sorted = (instants: Iterable<number>, after: number): number[] =>
  [...new Set(instants)].filter((ms) => ms > after).sort((a, b) => a - b);

/** The first `count` occurrences of a daily to yearly schedule in (after, until], day by day. */
export function presetOccurrences(schedule: Schedule, after: number, count: number, until: number): number[] {
  const { timezone, startsOn } = schedule;
  const anchor = startsOn === null ? localDateOf(after, timezone) : Temporal.PlainDate.from(startsOn);
  const time = Temporal.PlainTime.from(schedule.time ?? '09:00');
  const last = localDateOf(until, timezone).add({ days: 2 });
  const found: number[] = [];
  let date = localDateOf(after, timezone).subtract({ days: 3 });
  for (; found.length < count + 8 && Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    if (!matches(date, schedule, anchor) || !inBounds(date, schedule)) continue;
    found.push(...instantsOf(date.toPlainDateTime(time), timezone, schedule));
  }
  return sorted(found, after)
    .filter((ms) => ms <= until)
    .slice(0, count);
}

/** Occurrences of a cron pattern in (after, until]: croner enumerates local times as if they were UTC, Temporal places them. */
export function cronOccurrences(schedule: Schedule, realTime: boolean, after: number, until: number): number[] {
  const day = 86_400_000;
  const policies: Policies = realTime ? { dstGap: 'skip', dstOverlap: 'both' } : schedule;
  const cron = new Cron(schedule.cron as string, { timezone: 'UTC', paused: true });
  const found: number[] = [];
  let at: Date | null = new Date(after - 3 * day);
  while ((at = cron.nextRun(at)) !== null && at.getTime() <= until + 3 * day) {
    const local = Temporal.PlainDateTime.from(at.toISOString().slice(0, 19));
    if (inBounds(local.toPlainDate(), schedule)) found.push(...instantsOf(local, schedule.timezone, policies));
  }
  return sorted(found, after).filter((ms) => ms <= until);
}

/** Occurrences of an hourly schedule in (after, until], minute by minute. */
export function hourlyOccurrences(schedule: Schedule, after: number, until: number): number[] {
  const { timezone, interval } = schedule;
  const minute = Number((schedule.time ?? '09:00').slice(3, 5));
  const anchor = schedule.startsOn === null ? localDateOf(after, timezone) : Temporal.PlainDate.from(schedule.startsOn);
  const origin = anchor.toZonedDateTime(timezone).epochMilliseconds;
  const found: number[] = [];
  for (let ms = Math.floor(after / 60_000) * 60_000 + 60_000; ms <= until; ms += 60_000) {
    const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone);
    if (local.minute !== minute || !inBounds(local.toPlainDate(), schedule)) continue;
    const hour = Math.floor((ms - origin) / 3_600_000);
    if (((hour % interval) + interval) % interval === 0) found.push(ms);
  }
  return found;
}

/** The instants in [from, to) at which the offset of a zone changes. */
export function changesOf(zone: string, from: number, to: number): number[] {
  const changes: number[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= to) return changes;
    changes.push(next.epochMilliseconds);
    at = next;
  }
}
