// Adopted rows that we leave alone or read with a default, counted by what is wrong. Reads the whole tables: for the background.
import type { Db } from '../../database.js';

export interface IrregularRows {
  /** Older rows of a subscription that has a newer one. */
  readonly superseded: number;
  readonly unknown_status: number;
  /** Processing rows of no subscription. */
  readonly orphaned: number;
}

const ROWS = `
SELECT count(*) FILTER (WHERE p.superseded)::int AS superseded,
       count(*) FILTER (WHERE p.status IS NULL OR NOT p.status = ANY ($1::text[]))::int AS unknown_status,
       count(*) FILTER (WHERE s.id IS NULL)::int AS orphaned
  FROM subscription_processing p LEFT JOIN subscriptions s ON s.id = p.subscription_id`;

export async function countIrregularRows(db: Db, knownStatuses: readonly string[]): Promise<IrregularRows> {
  const { rows } = await db.query<IrregularRows & Record<string, number>>(ROWS, [knownStatuses]);
  return rows[0] as IrregularRows;
}

export interface DistinctSchedule {
  readonly frequency: string | null;
  readonly timezone: string | null;
  readonly schedule: string | null;
  readonly count: number;
}

// Frequencies and zones are few; of the schedules beyond them the most common are looked at.
const SCHEDULES = `
(SELECT frequency::text AS frequency, timezone, NULL::text AS schedule, count(*)::int AS count
   FROM subscriptions GROUP BY 1, 2 ORDER BY 4 DESC LIMIT $1)
UNION ALL
(SELECT frequency::text, timezone, schedule::text, count(*)::int
   FROM subscriptions WHERE schedule IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT $1)`;

export async function distinctSchedules(db: Db, limit: number): Promise<DistinctSchedule[]> {
  const { rows } = await db.query<DistinctSchedule & Record<string, unknown>>(SCHEDULES, [limit]);
  return rows;
}
