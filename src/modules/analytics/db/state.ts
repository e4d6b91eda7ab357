// The watermark: every visit that was committed before it has been counted.
import type { Db } from '../../../scheduler/public.js';

/** The time of the database, or of the manual clock: the watermark after a pass that begins now. */
export async function readNow(db: Db, now: Date | null): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('SELECT coalesce($1::timestamptz, clock_timestamp()) AS now', [now]);
  return (rows[0] as { now: Date }).now;
}

/**
 * Lets one batch count at a time over all instances, until the transaction ends. JIT is off, because its statements consist of many short
 * loops.
 */
export const lockState = async (tx: Db): Promise<void> =>
  void (await tx.query('SET LOCAL jit = off; SELECT FROM {schema}.analytics_state FOR UPDATE'));

export const advanceWatermark = async (db: Db, until: Date): Promise<void> =>
  void (await db.query(
    'UPDATE {schema}.analytics_state SET counted_until = $1 WHERE counted_until IS NULL OR counted_until < $1',
    [until],
  ));

/** Null: nothing has been counted yet. */
export async function readWatermark(db: Db): Promise<Date | null> {
  const { rows } = await db.query<{ counted_until: Date | null }>('SELECT counted_until FROM {schema}.analytics_state');
  return rows[0]?.counted_until ?? null;
}
