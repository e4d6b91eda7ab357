// How long until something is to be done: the exact timer is set from what the database computed, not from our own clock.
import type { Db } from '../../database.js';

// The end of a pause (one until somebody resumes it has none) and a changed schedule are work as well. Rows in processing are passed over.
// A host's infinity means never (below zero: at once) and cannot be subtracted as a timestamp.
const NEXT_DUE = `
SELECT ((extract(epoch FROM least(due, unscheduled, stale, paused_until)) - extract(epoch FROM now)) * 1000)::float8 AS ms,
       stale IS NOT NULL OR coalesce(paused_until <= now, false) AS upkeep
  FROM (SELECT
    (SELECT p.next_run_at FROM subscription_processing p
      WHERE p.runnable AND NOT p.stale AND p.next_run_at >= coalesce($2::timestamptz, '-infinity')
        AND p.status IN ('pending', 'completed', 'failed')
      ORDER BY p.next_run_at LIMIT 1) AS due,
    (SELECT to_timestamp(0) FROM subscription_processing p
      WHERE p.runnable AND NOT p.stale AND p.next_run_at IS NULL AND p.status IN ('pending', 'failed') LIMIT 1) AS unscheduled,
    (SELECT to_timestamp(0) FROM subscription_processing p WHERE p.stale AND p.status <> 'processing' LIMIT 1) AS stale,
    (SELECT s.paused_until FROM subscriptions s WHERE s.paused_until IS NOT NULL AND s.paused_until < '9999-12-31'
      ORDER BY s.paused_until LIMIT 1) AS paused_until,
    coalesce($1::timestamptz, clock_timestamp()) AS now
    OFFSET 0) AS heads`;

export interface NextDue {
  /** Milliseconds until the earliest row is due by the database's clock; 0 or less: there is work now; null: nothing is coming. */
  readonly ms: number | null;
  /** A pause has ended or a schedule has changed: that comes before any claim. */
  readonly upkeep: boolean;
}

/** `floor` steps over the dead entries at the head of the index. `now` is null but under a test's clock. */
export async function nextSubscriptionDue(db: Db, now: Date | null, floor: Date | null): Promise<NextDue> {
  const { rows } = await db.query<NextDue & Record<string, unknown>>(NEXT_DUE, [now, floor]);
  const { ms, upkeep } = rows[0] as NextDue;
  return { ms: ms === Infinity ? null : ms, upkeep };
}

const DATABASE_NOW = `SELECT coalesce($1::timestamptz, now()) AS now`;

/** The database's clock, or the test's. */
export async function databaseNow(db: Db, now: Date | null): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>(DATABASE_NOW, [now]);
  return (rows[0] as { now: Date }).now;
}
