// Lists the occurrences of a compiled schedule, including what each policy moved or left out.
import { DAY, firstOfMonth, modulo, monthIndexOf, monthLength, parseDate, parseTime } from '../civil.js';
import type { CompiledSchedule } from '../compile-schedule.js';

export type OccurrenceNote =
  'gap_shifted' | 'gap_skipped' | 'overlap_first' | 'overlap_second' | 'month_end_clamped' | 'month_end_skipped';

/** One occurrence, or one that a policy left out (`atMs` null). Local times in milliseconds, as if the local clock were UTC. */
export interface Occurrence {
  readonly atMs: number | null;
  /** Its position in the list, epoch ms. */
  readonly placeMs: number;
  /** The local time that the schedule names: inside a gap it does not exist. */
  readonly nominalLocal: number;
  /** The day of the month of a date that does not exist (`2026-02-31`) and that a policy changed. */
  readonly missingDay?: number;
  readonly notes: readonly OccurrenceNote[];
}

/** A pattern that names every second could leave out thousands of occurrences in one gap. */
const MOST_LEFT_OUT = 1_000;

function clampNote({ monthCycle }: CompiledSchedule, local: number): OccurrenceNote[] {
  if (!monthCycle) return [];
  const day = Math.floor(local / DAY);
  const dayOfMonth = day - firstOfMonth(monthIndexOf(day)) + 1;
  return dayOfMonth < monthCycle.day ? ['month_end_clamped'] : [];
}

/** An occurrence at a known instant, explained. */
function explain(compiled: CompiledSchedule, atMs: number): Occurrence {
  const { zone, policies, locals } = compiled;
  const span = zone.spanAt(atMs);
  const swallowed = atMs + span.previousOffset;
  const inShadowOfGap = policies.dstGap === 'shift' && atMs < span.shiftedUntil;
  const shifted = inShadowOfGap && locals.atOrAfter(swallowed) === swallowed;
  const nominalLocal = shifted ? swallowed : atMs + span.offset;
  const notes: OccurrenceNote[] = shifted ? ['gap_shifted'] : [];
  if (atMs < span.secondUntil) notes.push('overlap_second');
  if (atMs >= span.firstFrom) notes.push('overlap_first');
  return { atMs, placeMs: atMs, nominalLocal, notes: [...notes, ...clampNote(compiled, nominalLocal)] };
}

/** Local times that fall into a gap and are left out, for changes in (afterMs, untilMs]. */
function gapSkips(compiled: CompiledSchedule, afterMs: number, untilMs: number): Occurrence[] {
  const { zone, policies, locals, realTime } = compiled;
  if (realTime || policies.dstGap !== 'skip') return [];
  const found: Occurrence[] = [];
  for (let at = afterMs + 1; at <= untilMs && found.length < MOST_LEFT_OUT;) {
    const span = zone.spanAt(at);
    const changedAt = span.gapEnd - span.offset;
    if (span.shiftedUntil > changedAt && changedAt > afterMs && changedAt === span.start) {
      let local = locals.atOrAfter(span.start + span.previousOffset);
      for (; local < span.gapEnd && found.length < MOST_LEFT_OUT; local = locals.atOrAfter(local + 1)) {
        const notes: OccurrenceNote[] = ['gap_skipped', ...clampNote(compiled, local)];
        found.push({ atMs: null, placeMs: changedAt, nominalLocal: local, notes });
      }
    }
    at = span.end;
  }
  return found;
}

/** Months that lack the day and are left out, where their end lies in (afterMs, untilMs]. */
function monthEndSkips(
  { schedule, monthCycle, zone }: CompiledSchedule,
  afterMs: number,
  untilMs: number,
): Occurrence[] {
  if (!monthCycle || schedule.monthEnd !== 'skip') return [];
  const from = schedule.startsOn === null ? -Infinity : (parseDate(schedule.startsOn) as number);
  const to = schedule.endsOn === null ? Infinity : (parseDate(schedule.endsOn) as number);
  const time = parseTime(schedule.time ?? '09:00');
  const found: Occurrence[] = [];
  const first = monthIndexOf(Math.floor((afterMs + zone.spanAt(afterMs).offset) / DAY));
  let month = first + modulo(monthCycle.phase - first, monthCycle.step);
  for (; found.length < MOST_LEFT_OUT; month += monthCycle.step) {
    const lastDay = firstOfMonth(month + 1) - 1;
    const endLocal = (lastDay + 1) * DAY;
    if (endLocal - DAY > untilMs || lastDay > to) break;
    const placeMs = endLocal - zone.spanAt(endLocal).offset;
    if (monthLength(month) >= monthCycle.day || placeMs <= afterMs || placeMs > untilMs || lastDay < from) continue;
    const nominalLocal = lastDay * DAY + time;
    found.push({ atMs: null, placeMs, nominalLocal, missingDay: monthCycle.day, notes: ['month_end_skipped'] });
  }
  return found;
}

/** Occurrences that run come after those that were left out at the same time. */
const inPlace = (a: Occurrence, b: Occurrence): number =>
  a.placeMs - b.placeMs || Number(a.atMs !== null) - Number(b.atMs !== null);

export interface ListOptions {
  readonly afterMs: number;
  /** Limit of occurrences that run. */
  readonly count: number;
  /** No occurrences after this; those that were left out are listed up to here as well. */
  readonly untilMs?: number;
}

/** The end of the range for occurrences that were left out; `next` is the first occurrence that is not listed. */
function askedUntil({ schedule: { endsOn } }: CompiledSchedule, next: number | null, limitMs: number): number {
  if (next !== null) return next > limitMs ? limitMs : -Infinity;
  return endsOn === null ? -Infinity : Math.min(limitMs, ((parseDate(endsOn) as number) + 2) * DAY);
}

/** The first occurrences strictly after `afterMs`, including those that a policy left out. */
export function listOccurrences(compiled: CompiledSchedule, options: ListOptions): Occurrence[] {
  const { afterMs, count, untilMs: limitMs = Infinity } = options;
  const running: Occurrence[] = [];
  let at = compiled.next(afterMs);
  for (; at !== null && at <= limitMs && running.length < count; at = compiled.next(at)) {
    running.push(explain(compiled, at));
  }
  const last = running.at(-1)?.placeMs ?? afterMs;
  const untilMs = Math.max(last, askedUntil(compiled, at, limitMs));
  const leftOut = [...gapSkips(compiled, afterMs, untilMs), ...monthEndSkips(compiled, afterMs, untilMs)];
  return leftOut.length === 0 ? running : [...running, ...leftOut].sort(inPlace);
}
