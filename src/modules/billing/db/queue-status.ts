// Pages that are queued for publication, by team, with the reason.
import type { Db } from '../../../scheduler/public.js';

export interface TeamQueue {
  readonly team_id: string | null;
  readonly name: string | null;
  readonly waiting: number;
  /** Number of waiting pages by reason. */
  readonly reasons: Readonly<Record<string, number>>;
}

const REASON = `CASE
  WHEN c.status = 'open' AND c.reason = 'processing' THEN 'processing'
  WHEN c.status = 'open' AND c.unknown_attempts > 0 THEN 'unknown_outcome'
  WHEN nullif(t.stripe_customer_id, '') IS NULL AND c.status IS DISTINCT FROM 'paid' THEN 'no_customer'
  WHEN c.status = 'declined' THEN 'declined: ' || coalesce(c.reason, 'unknown')
  ELSE 'waiting' END`;

/** The teams with most waiting pages first, `limit` of them after the first `offset`. */
export async function teamQueues(db: Db, limit: number, offset: number): Promise<readonly TeamQueue[]> {
  const { rows } = await db.query<TeamQueue & Record<string, unknown>>(
    `WITH pages AS (
       SELECT p.team_id, t.name, ${REASON} AS reason
       FROM {schema}.billing_pages p
       LEFT JOIN {schema}.billing_teams t ON t.id = p.team_id
       LEFT JOIN LATERAL (
         SELECT l.status, l.reason, l.unknown_attempts FROM {schema}.billing_charges l WHERE l.page_id = p.id::text
         ORDER BY (l.status IN ('open', 'paid')) DESC, l.id DESC LIMIT 1
       ) c ON true
       WHERE p.publish_queued
     ), counted AS (
       SELECT team_id, name, reason, count(*)::int AS n FROM pages GROUP BY team_id, name, reason
     )
     SELECT team_id::text, name, sum(n)::int AS waiting, json_object_agg(reason, n) AS reasons
     FROM counted GROUP BY team_id, name ORDER BY waiting DESC, team_id LIMIT $1 OFFSET $2`,
    [limit, offset],
  );
  return rows;
}
