// Number of lists by state, from the small partial indexes.
import type { Db } from '../../../scheduler/public.js';

export interface ListCounts {
  readonly queued: number;
  readonly running: number;
  readonly receiving: number;
  /** Ended in the last hour. */
  readonly completed: number;
  readonly failed: number;
}

export async function countLists(db: Db): Promise<ListCounts> {
  const { rows } = await db.query<ListCounts & Record<string, unknown>>(
    `SELECT count(*) FILTER (WHERE status = 'queued')::integer AS queued,
       count(*) FILTER (WHERE status = 'running')::integer AS running,
       (SELECT count(*)::integer FROM {schema}.batch_lists WHERE status = 'receiving') AS receiving,
       (SELECT count(*)::integer FROM {schema}.batch_lists
         WHERE completed_at > now() - interval '1 hour' AND status = 'completed') AS completed,
       (SELECT count(*)::integer FROM {schema}.batch_lists
         WHERE completed_at > now() - interval '1 hour' AND status = 'failed') AS failed
     FROM {schema}.batch_lists WHERE status IN ('queued', 'running')`,
  );
  return rows[0] as ListCounts;
}
