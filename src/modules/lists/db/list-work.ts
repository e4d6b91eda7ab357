// The progress of batch lists, and the instances that import them, for `punctual worker status`.
import type { Db } from '../../../scheduler/public.js';

export interface ListWork {
  readonly total: {
    readonly running: number;
    readonly queued: number;
    /** Uploads in progress. */
    readonly receiving: number;
    /** Seconds that the longest waiting list has waited; null: none is waiting. */
    readonly oldest_queued_s: number | null;
    /** The longest time in seconds since a running list last stored something; null: none is running. */
    readonly silent_s: number | null;
    /** Within the last hour. */
    readonly failed: number;
  };
  /** Lists that each living instance imports. */
  readonly byInstance: Readonly<Record<string, number>>;
}

/** Null: this database has no batch lists. */
export async function readListWork(db: Db): Promise<ListWork | null> {
  const { rows: there } = await db.query<{ table: string | null }>(
    `SELECT to_regclass('{schema}.batch_processing_workers')::text AS "table"`,
  );
  if (!there[0]?.table) return null;
  const { rows } = await db.query<ListWork['total'] & Record<string, unknown>>(
    `SELECT count(*) FILTER (WHERE status = 'running')::integer AS running,
       count(*) FILTER (WHERE status = 'queued')::integer AS queued,
       (SELECT count(*)::integer FROM {schema}.batch_lists WHERE status = 'receiving') AS receiving,
       extract(epoch FROM now() - min(created_at) FILTER (WHERE status = 'queued'))::float8 AS oldest_queued_s,
       extract(epoch FROM now() - min(updated_at) FILTER (WHERE status = 'running'))::float8 AS silent_s,
       (SELECT count(*)::integer FROM {schema}.batch_lists
        WHERE completed_at > now() - interval '1 hour' AND status = 'failed') AS failed
     FROM {schema}.batch_lists WHERE status IN ('queued', 'running')`,
  );
  const { rows: workers } = await db.query<{ id: string; lists: number }>(
    `SELECT worker_id::text AS id, lists_running::integer AS lists FROM {schema}.batch_processing_workers`,
  );
  return {
    total: rows[0] as ListWork['total'],
    byInstance: Object.fromEntries(workers.map(({ id, lists }) => [id, lists])),
  };
}
