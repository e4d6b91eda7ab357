// Whether the process of a row schedule is paused or disabled at this moment.
import type { Db } from '../../database.js';

export interface Pause {
  readonly paused: boolean;
  /** The remaining time; null: until it is resumed. */
  readonly forMs: number | null;
}

export async function readPause(db: Db, process: string, now: Date | null): Promise<Pause> {
  const { rows } = await db.query<{ enabled: boolean; ms: number | null }>(
    `SELECT enabled, (extract(epoch FROM paused_until - coalesce($2::timestamptz, clock_timestamp())) * 1000)::float8 AS ms
       FROM {schema}.scheduler_processes WHERE name = $1`,
    [process, now],
  );
  const { enabled = true, ms = null } = rows[0] ?? {};
  if (!enabled) return { paused: true, forMs: null };
  return { paused: ms !== null && ms > 0, forMs: ms };
}
