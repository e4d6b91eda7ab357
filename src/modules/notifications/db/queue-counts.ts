// Counts of waiting, sent and failed notifications over all instances, by index and up to a cap.
import type { Db } from '../../../scheduler/public.js';

export interface QueueCounts {
  /** Due and not being processed. */
  readonly waiting: number;
  readonly active: number;
  /** Sent and permanently failed within the last 24 hours. */
  readonly completed: number;
  readonly failed: number;
}

/** Counting stops at this number for each kind. */
const MOST_COUNTED = 100_000;

export async function countQueue(db: Db): Promise<QueueCounts> {
  const ended = (status: 'sent' | 'failed'): string =>
    `(SELECT count(*)::integer FROM (SELECT FROM {schema}.notifications
      WHERE status = '${status}' AND processed_at >= now() - interval '24 hours' LIMIT ${MOST_COUNTED}) e)`;
  const { rows } = await db.query<QueueCounts & Record<string, unknown>>(
    `WITH hand AS MATERIALIZED (
       SELECT n.scheduled_for <= now() AS due FROM {schema}.notifications n
       WHERE n.status = 'pending' AND n.id = ANY (ARRAY(SELECT unnest(c.job_ids) FROM {schema}.job_claims c))
     ), due AS (
       SELECT count(*)::integer AS n FROM (SELECT FROM {schema}.notifications
         WHERE status = 'pending' AND scheduled_for <= now() LIMIT ${MOST_COUNTED}) d
     )
     SELECT greatest(0, due.n - (SELECT count(*)::integer FROM hand WHERE hand.due)) AS waiting,
       (SELECT count(*)::integer FROM hand) AS active, ${ended('sent')} AS completed, ${ended('failed')} AS failed
     FROM due`,
  );
  return rows[0] as QueueCounts;
}
