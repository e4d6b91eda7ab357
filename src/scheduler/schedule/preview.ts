// The public preview: future occurrences by the same compiled schedule that fires, with the effect of policies on each.
import { checkOptions, type RulesOf } from '../../base/options/check-options.js';
import { instant, required, wholeNumber } from '../../base/options/option-rules.js';
import { formatLocal, formatOffset } from './civil.js';
import { compileSchedule, type CompiledSchedule, type CompileOptions } from './compile-schedule.js';
import { checkedInstant, NEXT_RUN_RULES } from './next-run.js';
import { listOccurrences, type Occurrence, type OccurrenceNote } from './sequence/occurrences.js';
import { assertCanFire, normalizeSchedule, nothingLeft } from './input/parse-schedule.js';
import type { ScheduleDefaults } from './input/schedule-defaults.js';
import type { ScheduleLike } from './schedule.js';

export interface PreviewOptions extends ScheduleDefaults, Partial<CompileOptions> {
  /** Occurrences are strictly after this. */
  readonly after: Date;
  /** Entries that have a time, 1 to 1,000; default 10. */
  readonly count?: number;
}

export interface PreviewEntry {
  /** null: left out by a policy, see notes. */
  readonly at: Date | null;
  /** Wall clock `YYYY-MM-DDTHH:MM:SS`; for an occurrence that was left out, the local time or date that does not exist. */
  readonly local: string;
  /** `-04:00`; null if nothing runs. */
  readonly utcOffset: string | null;
  readonly notes: readonly OccurrenceNote[];
}

const MOST = 1_000;

/** An occurrence as previews and calendars show it. */
export function toEntry({ zone }: CompiledSchedule, occurrence: Occurrence): PreviewEntry {
  const { atMs, nominalLocal, missingDay, notes } = occurrence;
  if (atMs !== null) {
    const { offset } = zone.spanAt(atMs);
    return { at: new Date(atMs), local: formatLocal(atMs + offset), utcOffset: formatOffset(offset), notes };
  }
  const local = formatLocal(nominalLocal);
  const named = missingDay === undefined ? local : `${local.slice(0, 8)}${missingDay}${local.slice(10)}`;
  return { at: null, local: named, utcOffset: null, notes };
}

/** The next occurrences of a schedule that is known to be valid; none if it has ended. */
export const previewCompiled = (compiled: CompiledSchedule, afterMs: number, count: number): PreviewEntry[] =>
  listOccurrences(compiled, { afterMs, count }).map((occurrence) => toEntry(compiled, occurrence));

const RULES: RulesOf<PreviewOptions> = {
  ...NEXT_RUN_RULES,
  after: required(instant),
  count: wholeNumber(1, MOST),
};

/**
 * The occurrences of a schedule strictly after `after`, as they will fire. The local date of `anchor`, or else of `after`, provides the
 * values that the schedule leaves open. Throws INVALID_SCHEDULE like setting the schedule at that time: also if it can never fire, or has
 * ended by `after`.
 */
export function previewSchedule(input: ScheduleLike, options: PreviewOptions): PreviewEntry[] {
  checkOptions('INVALID_INPUT', 'previewSchedule', options, RULES);
  const { after, count = 10, anchor = after, zones, ...defaults } = options;
  const afterMs = checkedInstant(after);
  const schedule = normalizeSchedule(input, defaults);
  assertCanFire(schedule, anchor);
  const compiled = compileSchedule(schedule, zones ? { anchor, zones } : { anchor });
  const occurrences = listOccurrences(compiled, { afterMs, count });
  if (!occurrences.some(({ atMs }) => atMs !== null)) throw nothingLeft(schedule, anchor, afterMs);
  return occurrences.map((occurrence) => toEntry(compiled, occurrence));
}
