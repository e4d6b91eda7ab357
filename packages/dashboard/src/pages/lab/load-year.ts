// Twelve months of a schedule, asked of the server page by page.
import { previewSchedule, type Occurrence, type Preview } from '../../components/schedule/preview.js';
import type { Schedule } from '../../components/schedule/schedule.js';

export interface Months {
  /** `2026-11`. */
  readonly first: string;
  readonly count: number;
}

export interface Year {
  readonly occurrences: readonly Occurrence[];
  readonly description: string;
  /** Where it was cut off: the schedule has more than can be shown. */
  readonly cutAt: string | null;
}

const PAGE = 1_000;
const MOST_PAGES = 10;
/** No zone is further ahead of UTC. */
const FURTHEST_AHEAD_MS = 15 * 3_600_000;

/** `2026-11` and 3: `2027-02`. */
export function monthAfter(month: string, n: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const date = new Date(Date.UTC(year, number - 1 + n, 1));
  return date.toISOString().slice(0, 7);
}

/** Fields that take the date of creation when they are missing: the lab takes today. */
export function anchored(schedule: Schedule, today: string): Schedule {
  const {
    frequency = 'daily',
    interval = 1,
    starts_on: start,
    day_of_week: weekday,
    day_of_month: day,
    month,
  } = schedule;
  if (start !== undefined) return schedule;
  const needsDay = ['monthly', 'quarterly', 'yearly'].includes(frequency) && day === undefined;
  const needsDate =
    interval > 1 ||
    needsDay ||
    (frequency === 'weekly' && weekday === undefined) ||
    (frequency === 'yearly' && month === undefined);
  return needsDate ? { ...schedule, starts_on: today } : schedule;
}

/** Every occurrence whose local date is in these months; those that a policy leaves out are among them. */
export async function loadYear(schedule: Schedule, { first, count }: Months, signal: AbortSignal): Promise<Year> {
  const end = `${monthAfter(first, count)}-01`;
  const occurrences: Occurrence[] = [];
  let after = new Date(Date.parse(`${first}-01T00:00:00Z`) - FURTHEST_AHEAD_MS).toISOString();
  let page: Preview | undefined;
  for (let n = 0; n < MOST_PAGES; n += 1) {
    page = await previewSchedule({ schedule, after, count: PAGE }, signal);
    occurrences.push(...page.occurrences.filter(({ local }) => local >= first && local < end));
    const last = page.occurrences.findLast(({ at }) => at !== null);
    const fired = page.occurrences.filter(({ at }) => at !== null).length;
    if (!last?.at || last.local >= end || fired < PAGE)
      return { occurrences, description: page.description, cutAt: null };
    after = last.at;
  }
  return { occurrences, description: page?.description ?? '', cutAt: occurrences.at(-1)?.local ?? null };
}
