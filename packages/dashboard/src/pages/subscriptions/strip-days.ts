// Arranges past and coming occurrences by the local day they belong to. Pure.
import type { Schemas } from '../../api/client.js';
import type { Occurrence } from '../../components/schedule/preview.js';
import { clockChanges, type ClockChange } from '../../time/clock-changes.js';
import { localDate, minuteTime } from '../../time/format.js';
import { markOf, markWord } from './marks.js';

type Entry = Schemas['LedgerEntry'];

export interface StripMark {
  readonly key: string;
  /** A name that `Status` knows. */
  readonly status: string;
  readonly time: string;
  readonly word: string;
  readonly notes: readonly string[];
}

export interface StripDay {
  /** `2026-11-28`. */
  readonly date: string;
  readonly when: 'past' | 'today' | 'coming';
  readonly change: ClockChange | undefined;
  readonly marks: readonly StripMark[];
}

const DAY_MS = 86_400_000;
/** Days without an occurrence between two that have one are left out beyond these. */
const MOST_DAYS = 35;
const PAST_DAYS = 14;

const dateMs = (date: string): number => Date.parse(`${date}T00:00:00Z`);

const pastMark = (entry: Entry, zone: string): StripMark => ({
  key: `past ${entry.scheduled_for}`,
  status: markOf(entry),
  time: minuteTime(Date.parse(entry.scheduled_for), zone),
  word: markWord(entry),
  notes: entry.error ? [entry.error] : [],
});

const nextMark = ({ at, local, notes }: Occurrence): StripMark => ({
  key: `next ${at ?? local}`,
  status: at === null ? 'skipped' : 'scheduled',
  time: local.slice(11, 16),
  word: at === null ? 'left out' : 'planned',
  notes,
});

function datesBetween(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let at = dateMs(first); at <= dateMs(last); at += DAY_MS) dates.push(new Date(at).toISOString().slice(0, 10));
  return dates;
}

/** Every day of a short stretch; of a long one those that have something in them, and today. */
function datesToShow(marked: readonly string[], today: string): string[] {
  const earliest = new Date(dateMs(today) - PAST_DAYS * DAY_MS).toISOString().slice(0, 10);
  const sorted = [...new Set([...marked.filter((date) => date >= earliest), today])].sort();
  const whole = datesBetween(sorted[0] ?? today, sorted.at(-1) ?? today);
  return whole.length <= MOST_DAYS ? whole : sorted;
}

export function stripDays(
  ledger: readonly Entry[],
  next: readonly Occurrence[],
  { zone, present }: { readonly zone: string; readonly present: number },
): readonly StripDay[] {
  const byDate = new Map<string, StripMark[]>();
  const put = (date: string, mark: StripMark): void => void byDate.set(date, [...(byDate.get(date) ?? []), mark]);
  for (const entry of [...ledger].reverse())
    put(localDate(Date.parse(entry.scheduled_for), zone), pastMark(entry, zone));
  for (const occurrence of next) put(occurrence.local.slice(0, 10), nextMark(occurrence));
  const today = localDate(present, zone);
  const dates = datesToShow([...byDate.keys()], today);
  const first = dateMs(dates[0] ?? today) - DAY_MS;
  const last = dateMs(dates.at(-1) ?? today) + 2 * DAY_MS;
  const changes = clockChanges(first, last, zone);
  return dates.map((date) => ({
    date,
    when: date === today ? 'today' : date < today ? 'past' : 'coming',
    change: changes.find(({ at }) => localDate(at, zone) === date),
    marks: byDate.get(date) ?? [],
  }));
}
