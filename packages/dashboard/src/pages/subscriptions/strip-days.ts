// Arranges past and coming occurrences by the local day they belong to. Pure.
import type { Schemas } from '../../api/client.js';
import { localDate } from '../../time/format.js';
import { outcomeWord } from './marks.js';

type Timeline = Schemas['Timeline'];

export interface StripMark {
  readonly key: string;
  /** A status name that `Status` knows. */
  readonly status: string;
  readonly time: string;
  readonly word: string;
  readonly notes: readonly string[];
}

export interface StripDay {
  /** `2026-11-28`. */
  readonly date: string;
  readonly when: 'past' | 'today' | 'coming';
  readonly change: Schemas['ClockChange'] | undefined;
  readonly marks: readonly StripMark[];
}

const DAY_MS = 86_400_000;
/** Days without an occurrence between two that have one are left out beyond these. */
const MOST_DAYS = 35;

const dateMs = (date: string): number => Date.parse(`${date}T00:00:00Z`);

const pastMark = (one: Timeline['past'][number]): StripMark => ({
  key: `past ${one.scheduled_for}`,
  status: one.outcome === 'on_time' ? 'completed' : one.outcome,
  time: one.local.slice(11, 16),
  word: outcomeWord(one),
  notes: one.error ? [one.error] : [],
});

const nextMark = ({ at, local, notes, paused }: Timeline['next'][number]): StripMark => ({
  key: `next ${at ?? local}`,
  status: at === null || paused ? 'skipped' : 'scheduled',
  time: local.slice(11, 16),
  word: at === null ? 'left out' : paused ? 'planned, if it is resumed by then' : 'planned',
  notes,
});

function datesBetween(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let at = dateMs(first); at <= dateMs(last); at += DAY_MS) dates.push(new Date(at).toISOString().slice(0, 10));
  return dates;
}

/** Every day of a short stretch; of a long one those that have something in them, and today. */
function datesToShow(marked: readonly string[], today: string): string[] {
  const sorted = [...new Set([...marked, today])].sort();
  const whole = datesBetween(sorted[0] ?? today, sorted.at(-1) ?? today);
  return whole.length <= MOST_DAYS ? whole : sorted;
}

export function stripDays(
  { zone, past, next, clock_changes: changes }: Timeline,
  present: number,
): readonly StripDay[] {
  const byDate = new Map<string, StripMark[]>();
  const put = (local: string, mark: StripMark): void => {
    const date = local.slice(0, 10);
    byDate.set(date, [...(byDate.get(date) ?? []), mark]);
  };
  for (const one of past) put(one.local, pastMark(one));
  for (const one of next) put(one.local, nextMark(one));
  const today = localDate(present, zone);
  return datesToShow([...byDate.keys()], today).map((date) => ({
    date,
    when: date === today ? 'today' : date < today ? 'past' : 'coming',
    change: changes.find(({ at }) => localDate(Date.parse(at), zone) === date),
    marks: byDate.get(date) ?? [],
  }));
}
