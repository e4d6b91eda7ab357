// A schedule as a calendar: every occurrence by local day, and the days on which the clock changes. Pure.
import { DAY, formatDate } from '../civil.js';
import { compileSchedule, type CompiledSchedule, type CompileOptions } from '../compile-schedule.js';
import { assertCanFire } from '../input/parse-schedule.js';
import { toEntry, type PreviewEntry } from '../preview.js';
import type { Schedule } from '../schedule.js';
import { listOccurrences, type Occurrence } from '../sequence/occurrences.js';
import { clockChangesBetween, type ClockChange } from '../zones/zone-changes.js';
import { localDayAt, localDays, spanOf, type LocalDays, type LocalRange } from './local-range.js';

export interface CalendarOptions extends LocalRange, CompileOptions {
  /** Limit of occurrences that have a time; the first ones are listed. */
  readonly maxOccurrences: number;
}

export interface CalendarDay {
  /** Local date `YYYY-MM-DD`. */
  readonly date: string;
  readonly occurrences: readonly PreviewEntry[];
  /** The clock change of the zone on that day. */
  readonly clockChange: ClockChange | null;
}

export interface Calendar {
  readonly zone: string;
  /** Days with an occurrence, one that a policy left out, or a clock change. */
  readonly days: readonly CalendarDay[];
  /** Occurrences with a time in `days`. */
  readonly total: number;
  /** True: there are more than those listed. */
  readonly truncated: boolean;
}

export interface Listed {
  readonly byDay: ReadonlyMap<number, readonly PreviewEntry[]>;
  readonly total: number;
  readonly truncated: boolean;
}

/** An occurrence that was left out belongs to the day on which it would have been. */
const dayOf = ({ zone }: CompiledSchedule, { atMs, nominalLocal }: Occurrence): number =>
  atMs === null ? Math.floor(nominalLocal / DAY) : localDayAt(zone, atMs);

/** The occurrences of these local days by day number, including those that a policy left out; at most `most` with a time. */
export function listDays(compiled: CompiledSchedule, days: LocalDays, most: number): Listed {
  const { fromMs, untilMs } = spanOf(compiled.zone, days);
  const found = listOccurrences(compiled, { afterMs: fromMs - 1, untilMs: untilMs - 1, count: most + 1 });
  const firing = found.filter(({ atMs }) => atMs !== null);
  const surplus = firing[most];
  const byDay = new Map<number, PreviewEntry[]>();
  let total = 0;
  for (const occurrence of found) {
    const day = dayOf(compiled, occurrence);
    if (occurrence === surplus || day < days.first || day > days.last) continue;
    const there = byDay.get(day);
    if (there) there.push(toEntry(compiled, occurrence));
    else byDay.set(day, [toEntry(compiled, occurrence)]);
    if (occurrence.atMs !== null) total += 1;
  }
  return { byDay, total, truncated: surplus !== undefined && dayOf(compiled, surplus) <= days.last };
}

function changesByDay({ zone }: CompiledSchedule, days: LocalDays): Map<number, ClockChange> {
  const { fromMs, untilMs } = spanOf(zone, days);
  const changes = clockChangesBetween(zone, fromMs, untilMs).map(
    (change) => [localDayAt(zone, change.atMs), change] as const,
  );
  return new Map(changes.filter(([day]) => day >= days.first && day <= days.last));
}

/**
 * The occurrences of a schedule on these local days of its zone, as they fire, and its clock changes. Throws INVALID_INPUT for an invalid
 * range, INVALID_SCHEDULE for a schedule that can never fire.
 */
export function scheduleCalendar(
  schedule: Schedule,
  { maxOccurrences, from, to, ...options }: CalendarOptions,
): Calendar {
  const days = localDays({ from, to });
  assertCanFire(schedule, options.anchor);
  const compiled = compileSchedule(schedule, options);
  const { byDay, ...counted } = listDays(compiled, days, maxOccurrences);
  const changes = changesByDay(compiled, days);
  const marked = [...new Set([...byDay.keys(), ...changes.keys()])].sort((a, b) => a - b);
  return {
    zone: schedule.timezone,
    days: marked.map((day) => ({
      date: formatDate(day),
      occurrences: byDay.get(day) ?? [],
      clockChange: changes.get(day) ?? null,
    })),
    ...counted,
  };
}
