// How many jobs ended lately, by how they ended: a moving minute out of the events. Pure.

const OUTCOMES = ['completed', 'retried', 'dead', 'cancelled'] as const;

export type Outcome = (typeof OUTCOMES)[number];
export type Ends = Readonly<Record<Outcome, number>>;

/** One event: what ended, by type, at the time (epoch ms) at which it was heard of. */
export interface Heard {
  readonly at: number;
  readonly types: readonly (Ends & { readonly type: string })[];
}

export interface Throughput {
  /** When listening began, epoch ms; null: nothing is heard at present. */
  readonly since: number | null;
  readonly heard: readonly Heard[];
}

export interface LastMinute {
  readonly ends: Ends;
  readonly total: number;
  /** Fewer than 60 while listening has just begun. */
  readonly seconds: number;
}

const MINUTE_MS = 60_000;
const NONE: Ends = { completed: 0, retried: 0, dead: 0, cancelled: 0 };

export const NOTHING_HEARD: Throughput = { since: null, heard: [] };

const isLate =
  (now: number) =>
  (event: Heard): boolean =>
    event.at > now - MINUTE_MS;

export const hear = ({ since, heard }: Throughput, event: Heard): Throughput => ({
  since: since ?? event.at,
  heard: [...heard.filter(isLate(event.at)), event],
});

/** Null while nothing is heard, and in the first seconds, which say little. `type`: of this type of jobs alone. */
export function lastMinute({ since, heard }: Throughput, now: number, type?: string): LastMinute | null {
  if (since === null || now - since < 2_000) return null;
  const rows = heard
    .filter(isLate(now))
    .flatMap(({ types }) => types)
    .filter((row) => type === undefined || row.type === type);
  const sum = (outcome: Outcome): number => rows.reduce((total, row) => total + row[outcome], 0);
  const ends = rows.length === 0 ? NONE : (Object.fromEntries(OUTCOMES.map((one) => [one, sum(one)])) as Ends);
  const total = OUTCOMES.reduce((all, outcome) => all + ends[outcome], 0);
  return { ends, total, seconds: Math.min(60, Math.round((now - since) / 1_000)) };
}

const WORDS: Readonly<Record<Outcome, string>> = {
  completed: 'completed',
  retried: 'to be retried',
  dead: 'dead',
  cancelled: 'cancelled',
};

/** `118 completed, 2 to be retried`: outcomes that there were none of are left out. */
export const endsInWords = (ends: Ends, numberOf: (n: number) => string): string =>
  OUTCOMES.filter((outcome) => ends[outcome] > 0)
    .map((outcome) => `${numberOf(ends[outcome])} ${WORDS[outcome]}`)
    .join(', ');
