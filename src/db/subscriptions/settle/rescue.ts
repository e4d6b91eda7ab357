// Releases claims of dead instances, and rows in `processing` that no living instance holds.
import type { Db } from '../../database.js';

// SKIP LOCKED is required: without it, this deadlocks with a concurrent settlement. Skipped rows are just being settled, or are found by
// the next rescue. A row in processing is always runnable and not later than the present time, so that the due index finds it.
//
// With `misfire: skip`, an occurrence that was claimed in time and then interrupted has begun: it is released like a retry that is due now,
// so that it runs, however late it is claimed again. The time of its claim is in updated_at.
const GRACE = `make_interval(secs => CASE WHEN jsonb_typeof(s.schedule -> 'misfire_grace_s') = 'number'
    THEN least((s.schedule -> 'misfire_grace_s')::float8, 1e9) ELSE 60 END)`;
const BEGUN = `coalesce((SELECT s.schedule ->> 'misfire' = 'skip' AND isfinite(p.next_run_at) AND p.updated_at <= p.next_run_at + ${GRACE}
    FROM {entities} s WHERE s.id = p.subscription_id), false)`;

const rescue = (whose: string): string => `
WITH left_over AS MATERIALIZED (
  SELECT p.ctid AS tid, p.claimed_by IS NOT NULL AND ${BEGUN} AS begun FROM {processing} p
   WHERE p.runnable AND (p.next_run_at <= coalesce($2::timestamptz, now()) OR p.next_run_at IS NULL)
     AND p.status::text = 'processing' AND ${whose}
   FOR NO KEY UPDATE OF p SKIP LOCKED
)
UPDATE {processing} p SET
  -- pending means that no attempt has ended; the next claim plans again, because the plan may not have been stored
  status = CASE WHEN left_over.begun OR (p.attempt > 1 AND p.failing_since IS NOT NULL) THEN 'failed' ELSE 'pending' END,
  -- a process that is still alive has aborted its call itself, so that the attempt does not count, as in a release
  attempt = CASE WHEN EXISTS (
    SELECT FROM {schema}.scheduler_instances i WHERE i.id = p.claimed_by AND (i.survived OR i.state = 'stopped')
  ) THEN greatest(p.attempt - 1, 0) ELSE p.attempt END,
  next_run_at = CASE WHEN left_over.begun THEN coalesce($2::timestamptz, now())
                     ELSE least(p.next_run_at, coalesce($2::timestamptz, now())) END,
  claimed_by = NULL, claim_token = NULL, updated_at = coalesce($2::timestamptz, now())
 FROM left_over WHERE p.ctid = left_over.tid`;

const RESCUE_DEAD = rescue('p.claimed_by = ANY ($1::uuid[])');

/** Releases every row that these instances hold; the nominal time is kept, and so is the attempt if the process died. Returns how many. */
export async function rescueSubscriptions(db: Db, deadInstances: readonly string[], now: Date | null): Promise<number> {
  if (deadInstances.length === 0) return 0;
  const { rowCount } = await db.query(RESCUE_DEAD, [deadInstances, now]);
  return rowCount ?? 0;
}

// Rows of the host's earlier code have no claimed_by. Our own rows may be left behind if they were locked during their rescue, or if their
// instance was deleted long ago.
const RESCUE_LEFT_BEHIND = rescue(
  `NOT EXISTS (SELECT FROM {schema}.scheduler_instances i WHERE i.id = p.claimed_by AND i.state IN ('alive', 'draining'))
     AND (p.updated_at IS NULL OR p.updated_at < coalesce($2::timestamptz, now()) - make_interval(secs => $1))`,
);

/** Releases rows in processing that no living instance holds and that have not changed for `leaseS`. Returns how many. */
export async function rescueLeftBehind(db: Db, leaseS: number, now: Date | null): Promise<number> {
  const { rowCount } = await db.query(RESCUE_LEFT_BEHIND, [leaseS, now]);
  return rowCount ?? 0;
}
