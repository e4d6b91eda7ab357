// The rate limit of each chat channel, over all instances.
import type { Db } from '../../../scheduler/public.js';

/** Takes the channel's next slot, `everyMs` after the previous one; returns the milliseconds until then. `now` null: the database's clock. */
export async function takeTurn(db: Db, channel: string, everyMs: number, now: Date | null): Promise<number> {
  const { rows } = await db.query<{ wait_ms: number }>(
    `INSERT INTO {schema}.billing_channels AS c (channel, next_at)
     VALUES ($1, coalesce($3::timestamptz, clock_timestamp()) + $2 * interval '1 millisecond')
     ON CONFLICT (channel) DO UPDATE SET
       next_at = greatest(c.next_at, coalesce($3::timestamptz, clock_timestamp())) + $2 * interval '1 millisecond'
     RETURNING (extract(epoch FROM next_at - coalesce($3::timestamptz, clock_timestamp())) * 1000)::float8 - $2 AS wait_ms`,
    [channel, everyMs, now],
  );
  return Math.max(0, rows[0]?.wait_ms ?? 0);
}

/** Nothing is posted to the channel for this long. */
export async function holdChannel(db: Db, channel: string, forMs: number, now: Date | null): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.billing_channels AS c (channel, next_at)
     VALUES ($1, coalesce($3::timestamptz, clock_timestamp()) + $2 * interval '1 millisecond')
     ON CONFLICT (channel) DO UPDATE SET
       next_at = greatest(c.next_at, coalesce($3::timestamptz, clock_timestamp()) + $2 * interval '1 millisecond')`,
    [channel, forMs, now],
  );
}
