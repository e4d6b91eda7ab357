// Retention of the engine's own history: old rows are deleted in small batches.
import type { Db } from '../../../database.js';

/** Days that each kind of history is kept; keys of repeated triggers are kept for their 24 hours. */
const KEEP_DAYS = { runs: 90, instances: 7, audit: 400, stats: 800, hours: 91 } as const;

const olderThan = (column: string, days: number): string => `${column} < now() - interval '${days} days'`;

// Each statement reads the oldest rows of its table by an index and stops after $1 rows, whether or not they are old enough. Rows are
// selected once (ARRAY): with IN, a plan made when the table was empty would select them again for each row of the table.
const STATEMENTS: readonly string[] = [
  `DELETE FROM {schema}.scheduler_runs WHERE ctid = ANY (ARRAY(
     SELECT ctid FROM {schema}.scheduler_runs
      WHERE ${olderThan('started_at', KEEP_DAYS.runs)} AND status <> 'running' ORDER BY started_at LIMIT $1))`,
  `DELETE FROM {schema}.idempotency_keys WHERE ctid = ANY (ARRAY(
     SELECT ctid FROM {schema}.idempotency_keys
      WHERE created_at < now() - interval '24 hours' ORDER BY created_at LIMIT $1))`,
  `DELETE FROM {schema}.audit_log WHERE ctid = ANY (ARRAY(
     SELECT oldest.place FROM (SELECT ctid AS place, at FROM {schema}.audit_log ORDER BY id LIMIT $1) AS oldest
      WHERE ${olderThan('at', KEEP_DAYS.audit)}))`,
  `DELETE FROM {schema}.scheduler_stats WHERE ctid = ANY (ARRAY(
     SELECT ctid FROM {schema}.scheduler_stats
      WHERE day < (now() AT TIME ZONE 'UTC')::date - ${KEEP_DAYS.stats} ORDER BY day LIMIT $1))`,
  ...['hour', 'day'].map(
    (span) => `DELETE FROM {schema}.scheduler_latencies WHERE ctid = ANY (ARRAY(
     SELECT ctid FROM {schema}.scheduler_latencies
      WHERE span = '${span}' AND ${olderThan('starts_at', span === 'hour' ? KEEP_DAYS.hours : KEEP_DAYS.stats)}
      ORDER BY starts_at LIMIT $1))`,
  ),
  `DELETE FROM {schema}.scheduler_instances WHERE ctid = ANY (ARRAY(
     SELECT ctid FROM {schema}.scheduler_instances
      WHERE state IN ('dead', 'stopped') AND ${olderThan('ended_at', KEEP_DAYS.instances)} LIMIT $1))`,
];

export interface PruneSize {
  /** Rows in one statement. */
  readonly batch?: number;
  /** Maximum number of statements for one table per round; the rest waits for the next one. */
  readonly batches?: number;
}

/** Deletes old rows of every kind, and returns their number. */
export async function pruneHistory(db: Db, { batch = 1_000, batches = 50 }: PruneSize = {}): Promise<number> {
  let deleted = 0;
  for (const statement of STATEMENTS) {
    for (let round = 0; round < batches; round += 1) {
      const count = (await db.query(statement, [batch])).rowCount ?? 0;
      deleted += count;
      if (count < batch) break;
    }
  }
  return deleted;
}
