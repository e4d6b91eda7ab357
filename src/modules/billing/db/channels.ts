// The pace of each chat channel, over all instances.
import type { Db } from '../../../scheduler/public.js';

/** Takes the channel's next turn, a second after the one before; returns in how many milliseconds it is. */
export async function takeTurn(db: Db, channel: string, everyMs: number): Promise<number> {
  const { rows } = await db.query<{ wait_ms: number }>(
    `INSERT INTO {schema}.billing_channels AS c (channel, next_at)
     VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
     ON CONFLICT (channel) DO UPDATE SET
       next_at = greatest(c.next_at, clock_timestamp()) + $2 * interval '1 millisecond'
     RETURNING (extract(epoch FROM next_at - clock_timestamp()) * 1000)::float8 - $2 AS wait_ms`,
    [channel, everyMs],
  );
  return Math.max(0, rows[0]?.wait_ms ?? 0);
}

/** The channel wants to be left alone for so long. */
export async function holdChannel(db: Db, channel: string, forMs: number): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.billing_channels AS c (channel, next_at)
     VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
     ON CONFLICT (channel) DO UPDATE SET
       next_at = greatest(c.next_at, clock_timestamp() + $2 * interval '1 millisecond')`,
    [channel, forMs],
  );
}
