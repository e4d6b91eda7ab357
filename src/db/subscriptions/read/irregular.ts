// Counts adopted rows that are ignored or read with defaults, by problem. Reads the whole tables, a slice of blocks at a time.
import type { Db } from '../../database.js';

/** The sizes of the tables, and what need not be searched. */
export interface TablesToCount {
  readonly processingBlocks: number;
  readonly subscriptionBlocks: number;
  /** There is a valid foreign key, so that every processing row has a subscription. */
  readonly keyed: boolean;
}

const TABLES = `
SELECT (pg_relation_size({processing_text}) / size.bytes)::int AS "processingBlocks",
       (pg_relation_size({entities_text}) / size.bytes)::int AS "subscriptionBlocks",
       EXISTS (
         SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
          WHERE c.contype = 'f' AND c.convalidated AND c.conrelid = {processing_text}::regclass
            AND c.confrelid = {entities_text}::regclass AND a.attname = 'subscription_id') AS keyed
  FROM (SELECT current_setting('block_size')::int AS bytes) AS size`;

export async function tablesToCount(db: Db): Promise<TablesToCount> {
  const { rows } = await db.query<TablesToCount & Record<string, unknown>>(TABLES);
  return rows[0] as TablesToCount;
}

/** Blocks of a table, from the first up to but not including the last. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

const tids = ({ from, to }: Slice): [string, string] => [`(${from},0)`, `(${to},0)`];

export interface IrregularRows {
  /** Rows of subscriptions that have a newer row. */
  readonly superseded: number;
  readonly unknown_status: number;
  /** Processing rows without a subscription. */
  readonly orphaned: number;
}

// OFFSET 0: subscriptions are looked up one by one; a join would read all of them for each slice.
const ROWS = `
SELECT count(*) FILTER (WHERE p.superseded)::int AS superseded,
       count(*) FILTER (WHERE p.status IS NULL OR NOT p.status::text = ANY ($1::text[]))::int AS unknown_status,
       count(*) FILTER (
         WHERE NOT $2::boolean AND NOT EXISTS (SELECT FROM {entities} s WHERE s.id = p.subscription_id OFFSET 0))::int AS orphaned
  FROM {processing} p WHERE p.ctid >= $3::tid AND p.ctid < $4::tid`;

export async function countIrregularRows(
  db: Db,
  known: { readonly statuses: readonly string[]; readonly keyed: boolean },
  slice: Slice,
): Promise<IrregularRows> {
  const values = [known.statuses, known.keyed, ...tids(slice)];
  const { rows } = await db.query<IrregularRows & Record<string, number>>(ROWS, values);
  return rows[0] as IrregularRows;
}

export interface DistinctSchedule {
  readonly frequency: string | null;
  readonly timezone: string | null;
  readonly schedule: string | null;
  readonly count: number;
}

// There are few frequencies and zones; of the other parts of schedules, the most common ones of a slice are checked.
const SCHEDULES = `
WITH slice AS MATERIALIZED (
  SELECT frequency::text AS frequency, timezone, schedule::text AS schedule
    FROM {entities} WHERE ctid >= $2::tid AND ctid < $3::tid
)
(SELECT frequency, timezone, NULL::text AS schedule, count(*)::int AS count
   FROM slice GROUP BY 1, 2 ORDER BY 4 DESC LIMIT $1)
UNION ALL
(SELECT frequency, timezone, schedule, count(*)::int
   FROM slice WHERE schedule IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT $1)`;

export async function distinctSchedules(db: Db, limit: number, slice: Slice): Promise<DistinctSchedule[]> {
  const { rows } = await db.query<DistinctSchedule & Record<string, unknown>>(SCHEDULES, [limit, ...tids(slice)]);
  return rows;
}
