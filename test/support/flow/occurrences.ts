// Occurrences for the fault tests: made due, and what the database says became of them. A key is what a receiver sees of one.
import type pg from 'pg';
import { waitFor } from '../wait-for.js';

/** `<subscription_id>:<scheduled_for>`, as in the Idempotency-Key of a call. */
export type OccurrenceKey = string;

type Pool = Pick<pg.Pool, 'query'>;

const KEY = (row: string): string =>
  `${row}.subscription_id::text || ':' || to_char(${row}.scheduled_for AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS key`;

const keysOf = async (pool: Pool, sql: string, values: unknown[] = []): Promise<OccurrenceKey[]> =>
  (await pool.query<{ key: string }>(sql, values)).rows.map(({ key }) => key);

export interface DueOptions {
  /** Seconds from now at which the first is due; negative: since then. Default −60. */
  readonly fromS?: number;
  /** Seconds between one and the next. Default 0: all at once. */
  readonly everyS?: number;
  /** Whose they all are. Default: each its own user's, which spreads them over the buckets of the fair claim. */
  readonly tenantId?: string;
}

/**
 * Adds `count` daily subscriptions, each with one occurrence due at the given time and the next one half a day away. All in
 * one transaction: a running scheduler sees none of them or all.
 */
export function addDue(
  pool: Pool,
  count: number,
  { fromS = -60, everyS = 0, tenantId }: DueOptions = {},
): Promise<OccurrenceKey[]> {
  return keysOf(
    pool,
    `WITH new AS (
       INSERT INTO subscriptions (user_id, tenant_id, frequency, timezone, schedule)
       SELECT 'user-' || n, $4, 'daily', 'UTC',
              jsonb_build_object('time', to_char(now() AT TIME ZONE 'UTC' + interval '12 hours', 'HH24:MI'))
         FROM generate_series(1, $1::int) AS n
       RETURNING id, substring(user_id FROM 6)::int AS n
     ), p AS (
       INSERT INTO subscription_processing (subscription_id, next_run_at, scheduled_for)
       SELECT id, due.at, due.at FROM new
        CROSS JOIN LATERAL (SELECT date_trunc('milliseconds', now() + make_interval(secs => $2::float8 + (n - 1) * $3::float8)) AS at) AS due
       RETURNING subscription_id, scheduled_for
     )
     SELECT ${KEY('p')} FROM p`,
    [count, fromS, everyS, tenantId ?? null],
  );
}

/** What an instance holds now. */
export const claimsOf = (pool: Pool, instanceId: string): Promise<OccurrenceKey[]> =>
  keysOf(pool, `SELECT ${KEY('p')} FROM subscription_processing p WHERE p.claimed_by = $1`, [instanceId]);

/** Those of `keys` that are neither settled nor held by a living instance other than `dead`. */
export const leftOf = (pool: Pool, keys: readonly OccurrenceKey[], dead: string): Promise<OccurrenceKey[]> =>
  keysOf(
    pool,
    `SELECT ${KEY('p')} FROM subscription_processing p
      WHERE ${KEY('p').replace(' AS key', '')} = ANY ($1)
        AND NOT EXISTS (SELECT FROM punctual.scheduler_instances i WHERE i.id = p.claimed_by AND i.id <> $2 AND i.state = 'alive')`,
    [keys, dead],
  );

/** Occurrences that the ledger says are over, each with how. */
export async function ledgerOf(pool: Pool): Promise<{ key: OccurrenceKey; outcome: string; attempts: number }[]> {
  const sql = `SELECT ${KEY('r')}, r.outcome, r.attempts FROM punctual.subscription_runs r`;
  return (await pool.query<{ key: string; outcome: string; attempts: number }>(sql)).rows;
}

/** Waits until the given number of occurrences have ended. */
export const untilSettled = (pool: Pool, count: number, timeoutMs = 60_000): Promise<unknown> =>
  waitFor(
    async () => {
      const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM punctual.subscription_runs');
      return rows[0]!.n >= count;
    },
    { timeoutMs, everyMs: 100, what: `${count} occurrences in the ledger` },
  );

/** Waits until nobody holds a claim and nothing is due. */
export const untilIdle = (pool: Pool, timeoutMs = 30_000): Promise<unknown> =>
  waitFor(
    async () => {
      const { rows } = await pool.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM subscription_processing
          WHERE status = 'processing' OR (runnable AND next_run_at <= now() AND status <> 'suspended')`,
      );
      return rows[0]!.n === 0;
    },
    { timeoutMs, everyMs: 50, what: 'nothing claimed and nothing due' },
  );

export async function stateOf(pool: Pool, instanceId: string): Promise<string | undefined> {
  const sql = 'SELECT state FROM punctual.scheduler_instances WHERE id = $1';
  return (await pool.query<{ state: string }>(sql, [instanceId])).rows[0]?.state;
}
