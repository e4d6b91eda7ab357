// A schedule under each value of each policy, and the days on which that makes a difference. Pure.
import { formatDate } from '../civil.js';
import { compileSchedule, type CompiledSchedule, type CompileOptions } from '../compile-schedule.js';
import { assertCanFire } from '../input/parse-schedule.js';
import type { PreviewEntry } from '../preview.js';
import { JSON_NAMES, type Schedule } from '../schedule.js';
import { clockChangesBetween } from '../zones/zone-changes.js';
import { listDays } from './calendar.js';
import { localDayAt, localDays, spanOf, type LocalDays, type LocalRange } from './local-range.js';

/** The policies whose effect shows in a calendar, the default first. */
const POLICIES = {
  dstGap: ['shift', 'skip'],
  dstOverlap: ['first', 'second', 'both'],
  monthEnd: ['clamp', 'skip'],
} as const;

type PolicyField = keyof typeof POLICIES;

export interface PolicyDay {
  /** Local date `YYYY-MM-DD`. */
  readonly date: string;
  /** For each value of the policy: what fires on that day, and what it leaves out (`at` null). */
  readonly byValue: Readonly<Record<string, readonly PreviewEntry[]>>;
}

export interface PolicyComparison {
  /** As in JSON: `dst_gap`. */
  readonly field: (typeof JSON_NAMES)[PolicyField];
  readonly current: string;
  readonly values: readonly string[];
  /** Those that differ, in order. */
  readonly days: readonly PolicyDay[];
}

export interface ScheduleComparison {
  readonly zone: string;
  readonly policies: readonly PolicyComparison[];
  /** True: on some days there are more occurrences than were compared. */
  readonly truncated: boolean;
}

export interface CompareOptions extends LocalRange, CompileOptions {}

/** For each clock change and each value. */
const MOST_PER_CHANGE = 4_000;
const instants = (entries: readonly PreviewEntry[]): string =>
  entries.flatMap(({ at }) => at?.getTime() ?? []).join(' ');

/** Clock policies matter only on the days around a change, from the local date before it to the one after it. */
function daysOfChanges({ zone }: CompiledSchedule, days: LocalDays): LocalDays[] {
  const { fromMs, untilMs } = spanOf(zone, days);
  return clockChangesBetween(zone, fromMs, untilMs).map(({ atMs }) => {
    const [before, after] = [localDayAt(zone, atMs - 1), localDayAt(zone, atMs)];
    return { first: Math.max(Math.min(before, after), days.first), last: Math.min(Math.max(before, after), days.last) };
  });
}

/** The ranges of days on which the values of a policy may differ. */
function stretchesOf(field: PolicyField, compiled: CompiledSchedule, days: LocalDays): LocalDays[] {
  if (field === 'monthEnd') return compiled.monthCycle ? [days] : [];
  return compiled.realTime ? [] : daysOfChanges(compiled, days);
}

interface Differing {
  readonly days: readonly PolicyDay[];
  readonly truncated: boolean;
}

function differing(variants: readonly [string, CompiledSchedule][], stretch: LocalDays): Differing {
  const listed = variants.map(([value, compiled]) => [value, listDays(compiled, stretch, MOST_PER_CHANGE)] as const);
  const marked = [...new Set(listed.flatMap(([, { byDay }]) => [...byDay.keys()]))].sort((a, b) => a - b);
  const days = marked.flatMap((day) => {
    const byValue = Object.fromEntries(listed.map(([value, { byDay }]) => [value, byDay.get(day) ?? []]));
    const differ = new Set(Object.values(byValue).map(instants)).size > 1;
    return differ ? [{ date: formatDate(day), byValue }] : [];
  });
  return { days, truncated: listed.some(([, { truncated }]) => truncated) };
}

/** Ranges of changes that are close together overlap. */
const eachOnce = (days: readonly PolicyDay[]): PolicyDay[] => [...new Map(days.map((day) => [day.date, day])).values()];

/**
 * The effect of each value of `dst_gap`, `dst_overlap` and `month_end` on this schedule on these local days, with everything else
 * unchanged. Throws INVALID_INPUT for a range that is wrong, INVALID_SCHEDULE for a schedule that can never fire.
 */
export function compareSchedule(schedule: Schedule, { from, to, ...options }: CompareOptions): ScheduleComparison {
  const days = localDays({ from, to });
  assertCanFire(schedule, options.anchor);
  const current = compileSchedule(schedule, options);
  let truncated = false;
  const policies = (Object.keys(POLICIES) as PolicyField[]).map((field): PolicyComparison => {
    const values: readonly string[] = POLICIES[field];
    const variants = values.map((value): [string, CompiledSchedule] => [
      value,
      value === schedule[field] ? current : compileSchedule({ ...schedule, [field]: value }, options),
    ]);
    const found = stretchesOf(field, current, days)
      .filter(({ first, last }) => first <= last)
      .map((stretch) => differing(variants, stretch));
    truncated ||= found.some((one) => one.truncated);
    const differences = eachOnce(found.flatMap((one) => one.days));
    return { field: JSON_NAMES[field], current: schedule[field], values, days: differences };
  });
  return { zone: schedule.timezone, policies, truncated };
}
