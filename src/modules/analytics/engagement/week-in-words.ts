// The contents of the weekly mail about a team's visits. Pure.
import { dateOf, dayOf } from '../count/local-days.js';

export interface Week {
  /** Monday, `2026-03-02`. */
  readonly monday: string;
  readonly visits: number;
  readonly visitsBefore: number;
  readonly busiest: { readonly day: string; readonly visits: number } | null;
}

const number = (count: number): string => count.toLocaleString('en-US');
const visitsInWords = (count: number): string => `${number(count)} ${count === 1 ? 'visit' : 'visits'}`;
const dateInWords = (date: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(Date.parse(`${date}T00:00:00Z`));

/** The date that is `days` later. */
export const laterDate = (date: string, days: number): string => dateOf(dayOf(date) + days);

/** The week that ended before `monday`, of days with visits; days of the week before it are compared with. */
export function weekBefore(monday: string, days: readonly { readonly day: string; readonly visits: number }[]): Week {
  const since = laterDate(monday, -7);
  const sum = (some: typeof days): number => some.reduce((all, { visits }) => all + visits, 0);
  const within = days.filter(({ day }) => day >= since && day < monday);
  const busiest = within.reduce<Week['busiest']>(
    (most, one) => (most === null || one.visits > most.visits ? { day: one.day, visits: one.visits } : most),
    null,
  );
  const visitsBefore = sum(days.filter(({ day }) => day >= laterDate(monday, -14) && day < since));
  return { monday: since, visits: sum(within), visitsBefore, busiest };
}

function changeInWords({ visits, visitsBefore }: Week): string {
  if (visitsBefore === 0) return 'after a week without any';
  const change = Math.round((visits / visitsBefore - 1) * 100);
  if (change === 0) return 'as many as the week before';
  return `${number(Math.abs(change))} % ${change > 0 ? 'more' : 'fewer'} than the week before`;
}

/** Title and paragraphs. `team` is the name of the team. */
export function weekInWords(team: string, week: Week): { readonly title: string; readonly body: string } {
  const { monday, visits, busiest } = week;
  const from = dateInWords(monday, { day: 'numeric', month: 'long' });
  const to = dateInWords(laterDate(monday, 6), { day: 'numeric', month: 'long', year: 'numeric' });
  const sentences = [`${team} had ${visitsInWords(visits)} from ${from} to ${to}, ${changeInWords(week)}.`];
  if (busiest !== null) {
    const day = dateInWords(busiest.day, { weekday: 'long', day: 'numeric', month: 'long' });
    sentences.push(`The busiest day was ${day}, with ${visitsInWords(busiest.visits)}.`);
  }
  return { title: `${team}: ${visitsInWords(visits)} last week`, body: sentences.join('\n\n') };
}
