// Two weeks of the past, written as if the demo had been running all along: without them every chart would begin today.
import pg from 'pg';
import { nextRun } from '../../src/scheduler/schedule/index.js';
import type { LoadedSubscriber } from './load.js';

const DAY_MS = 86_400_000;
const DAYS = 13;

type Outcome = 'completed' | 'dead' | 'skipped';

interface Past {
  readonly id: string;
  readonly at: Date;
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly lateMs: number;
  readonly tookMs: number;
}

/** Mostly on time; now and then late, at a later attempt, dead, or skipped. The same on every start. */
function outcomeOf(n: number): Pick<Past, 'outcome' | 'attempts' | 'lateMs' | 'tookMs'> {
  const tookMs = 20 + ((n * 37) % 90);
  if (n % 97 === 13) return { outcome: 'dead', attempts: 5, lateMs: 900_000, tookMs: 30_000 };
  if (n % 41 === 7) return { outcome: 'completed', attempts: 2, lateMs: 60_000 + (n % 7) * 1_000, tookMs };
  if (n % 29 === 3) return { outcome: 'completed', attempts: 1, lateMs: 240_000, tookMs };
  if (n % 83 === 5) return { outcome: 'skipped', attempts: 0, lateMs: 0, tookMs: 0 };
  return { outcome: 'completed', attempts: 1, lateMs: 40 + (n % 60), tookMs };
}

/** Occurrences of one subscriber from `since` until `until`. */
function pastOf(
  { id, frequency, timezone, schedule }: LoadedSubscriber,
  since: Date,
  until: Date,
  seed: number,
): Past[] {
  const past: Past[] = [];
  let at = nextRun({ frequency, timezone, ...schedule }, since);
  while (at !== null && at < until) {
    past.push({ id, at, ...outcomeOf(seed + past.length * 17) });
    at = nextRun({ frequency, timezone, ...schedule }, at);
  }
  return past;
}

const LEDGER = `
  INSERT INTO punctual.subscription_runs
    (subscription_id, scheduled_for, outcome, attempts, started_at, finished_at, duration_ms, error, response_status)
  SELECT id, at, outcome, attempts,
    CASE WHEN outcome = 'skipped' THEN NULL ELSE at + late END,
    at + late + took,
    CASE WHEN outcome = 'skipped' THEN NULL ELSE extract(epoch FROM took) * 1000 END,
    CASE WHEN outcome = 'dead' THEN 'returned 503: the mail server is down' END,
    CASE outcome WHEN 'dead' THEN 503 WHEN 'completed' THEN 200 END
  FROM (
    SELECT id, at, outcome, attempts, late_ms * interval '1 ms' AS late, took_ms * interval '1 ms' AS took
    FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::int[], $5::float8[], $6::float8[])
      AS past (id, at, outcome, attempts, late_ms, took_ms)
  ) AS past
  ON CONFLICT DO NOTHING`;

const STATS = `
  INSERT INTO punctual.scheduler_stats (day, name, runs, successful, failed, skipped, dead, duration_ms)
  SELECT (now() AT TIME ZONE 'UTC')::date - n, 'subscriptions', 900 + n * 7, 4400 + (n * 131) % 420, 30 + (n * 53) % 60, 4,
    CASE WHEN n = 5 THEN 61 ELSE (n * 5) % 7 END, 600000
  FROM generate_series(1, $1::int) AS n
  ON CONFLICT DO NOTHING`;

/** Writes the past of the days before yesterday; what has been due since then is really run by the demo. */
export async function writeHistory(
  databaseUrl: string,
  loaded: readonly LoadedSubscriber[],
  now: Date,
): Promise<number> {
  const until = new Date(now.getTime() - DAY_MS);
  const since = new Date(now.getTime() - DAYS * DAY_MS);
  // of those that are due many times a day only the daily counts are there
  const chosen = loaded.filter(
    ({ active, paused, frequency }) => active && !paused && frequency !== 'hourly' && frequency !== 'cron',
  );
  const past = chosen.flatMap((subscriber, n) => pastOf(subscriber, since, until, n));
  const column = <T>(of: (entry: Past) => T): T[] => past.map(of);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(LEDGER, [
      column(({ id }) => id),
      column(({ at }) => at),
      column(({ outcome }) => outcome),
      column(({ attempts }) => attempts),
      column(({ lateMs }) => lateMs),
      column(({ tookMs }) => tookMs),
    ]);
    await client.query(STATS, [DAYS]);
  } finally {
    await client.end();
  }
  return past.length;
}
