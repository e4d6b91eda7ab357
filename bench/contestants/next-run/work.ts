// The work of `next-run`: rules for 400 zones × 48 times × 4 frequencies, and start instants spread over a year.
import { contestInput } from '../../support/programs/contest.js';

export interface Rule {
  readonly frequency: 'daily' | 'weekly' | 'monthly' | 'yearly';
  readonly timezone: string;
  readonly hour: number;
  readonly minute: number;
  readonly dayOfWeek: number;
  readonly dayOfMonth: number;
  readonly month: number;
}

export interface NextRunInput {
  /** Next runs to compute. */
  readonly count: number;
}

export interface NextRunResult {
  readonly count: number;
  readonly seconds: number;
  /** CPU time of all threads, which is more meaningful than elapsed time on a machine with other work. */
  readonly cpuSeconds: number;
  /** Sum of all results in epoch ms, modulo 2^40, to verify that contestants with the same work agree. */
  readonly checksum: number;
  readonly rssMb: number;
}

const FREQUENCIES = ['daily', 'weekly', 'monthly', 'yearly'] as const;
const ZONES = Intl.supportedValuesOf('timeZone').slice(0, 400);
const START = Date.UTC(2026, 0, 15, 12);
const YEAR = 365 * 86_400_000;
/** Steps through all rules in an order in which every zone, time and frequency occurs early, whatever the count. */
const STRIDE = 30_011;

const ruleAt = (n: number): Rule => {
  const zone = n % ZONES.length;
  const time = Math.floor(n / ZONES.length) % 48;
  const frequency = FREQUENCIES[Math.floor(n / ZONES.length / 48) % 4] as Rule['frequency'];
  return {
    frequency,
    timezone: ZONES[zone] as string,
    hour: time >> 1,
    minute: (time & 1) * 30,
    dayOfWeek: 1 + (time % 7),
    dayOfMonth: 1 + (time % 28),
    month: 1 + (time % 12),
  };
};

export const rules: readonly Rule[] = Array.from(
  { length: ZONES.length * 48 * 4 },
  (_, n, size = ZONES.length * 48 * 4) => ruleAt((n * STRIDE) % size),
);

/** The instant after which the n-th next run is computed. */
export const afterOf = (n: number): number => START + ((n * 31_557_017) % YEAR);

/** Times the computation of `count` next runs, including all preparation, and prints the result. */
export function measure(prepare: () => (rule: number, after: number) => number): void {
  const { count } = contestInput() as unknown as NextRunInput;
  const cpu = process.cpuUsage();
  const since = performance.now();
  const next = prepare();
  let checksum = 0;
  for (let n = 0; n < count; n++) checksum = (checksum + next(n % rules.length, afterOf(n))) % 2 ** 40;
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  const result: NextRunResult = {
    count,
    seconds,
    cpuSeconds,
    checksum,
    rssMb: Math.round(process.memoryUsage().rss / 1e6),
  };
  console.log(JSON.stringify(result));
}
