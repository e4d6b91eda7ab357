// Seeds subscriptions to drain: daily, in several zones, as in the table of a host.
import { withClient } from './database.js';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney', 'America/Sao_Paulo'];

export interface Seed {
  /** Due one minute ago. */
  readonly due: number;
  /** Due from tomorrow on, spread over a day. */
  readonly later?: number;
  /** Instead of `due`: `perSecond` of them at each of `seconds` consecutive seconds, the first of which is `inSeconds` from now. */
  readonly upcoming?: { readonly perSecond: number; readonly seconds: number; readonly inSeconds: number };
}

// Rows of a host would pass through our triggers one by one; these are written as the triggers would have left them.
const INSERT = `
  WITH made AS (
    INSERT INTO subscriptions (user_id, frequency, active, timezone, schedule, tenant_id)
    SELECT 'user-' || n, 'daily', true, ($2::text[])[1 + n % array_length($2::text[], 1)], '{"time": "09:00"}', 'tenant-' || n % 100
      FROM generate_series(1, $1::int) AS n
    RETURNING id, tenant_id),
  numbered AS (SELECT id, tenant_id, row_number() OVER () AS n FROM made)
  INSERT INTO subscription_processing (subscription_id, status, next_run_at, runnable, bucket, anchor_at)
  SELECT id, 'pending', due.at, true, punctual.subscription_bucket(tenant_id, NULL), due.at
    FROM numbered CROSS JOIN LATERAL (SELECT date_trunc('second', now()) + `;

const DUE = {
  now: `interval '-1 minute' AS at) AS due`,
  later: `interval '1 day' + n % 86400 * interval '1 second' AS at) AS due`,
  upcoming: `($3::int + (n - 1) / $4::int) * interval '1 second' AS at) AS due`,
} as const;

const CHUNK = 500_000;

/** Adds subscriptions to a migrated database, and leaves the tables as autovacuum would. */
export async function seedSubscriptions(url: string, { due, later = 0, upcoming }: Seed): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('SET session_replication_role = replica');
    for (let left = later; left > 0; left -= CHUNK) {
      await client.query(INSERT + DUE.later, [Math.min(left, CHUNK), ZONES]);
    }
    for (let left = due; left > 0; left -= CHUNK) await client.query(INSERT + DUE.now, [Math.min(left, CHUNK), ZONES]);
    await client.query('VACUUM ANALYZE subscriptions');
    await client.query('VACUUM ANALYZE subscription_processing');
    await client.query('CHECKPOINT');
    if (upcoming === undefined) return;
    const { perSecond, seconds, inSeconds } = upcoming;
    await client.query(INSERT + DUE.upcoming, [perSecond * seconds, ZONES, inSeconds, perSecond]);
  });
}
