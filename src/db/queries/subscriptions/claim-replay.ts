// Claims what failed before: dead occurrences by their ledger rows, and rows that wait for a retry after failing in one run.
import type { Db } from '../../database.js';
import { claimStatement, NOW } from './claim-statement.js';
import type { ClaimBy, ClaimedRow } from './claimed-row.js';
import { type Narrowing, narrowingSql } from './narrowing.js';

export interface Replay {
  /** Only what failed in this run; null: any. */
  readonly runId: string | null;
  /** Only what died since then; null: any time. */
  readonly since: Date | null;
  readonly narrowing: Narrowing;
  /** Only what died before then: what a replay itself kills is not taken again. */
  readonly until: Date;
  /** The replay itself; the same for a clock that stands still. */
  readonly exceptRun: string;
}

// A schedule that has ended resumes at infinity, which is: never. A suspended one may be replayed: its success ends the suspension. One occurrence of a subscription at a time.
const replayable = (narrowing: string): string => `
  SELECT DISTINCT ON (p.subscription_id) p.subscription_id, r.scheduled_for AS dead_for
    FROM {schema}.subscription_runs r
    JOIN subscription_processing p ON p.subscription_id = r.subscription_id
    JOIN subscriptions s ON s.id = p.subscription_id
   WHERE r.outcome = 'dead' AND r.finished_at <= $6 AND r.run_id IS DISTINCT FROM $7::uuid
     AND ($4::uuid IS NULL OR r.run_id = $4) AND ($5::timestamptz IS NULL OR r.finished_at >= $5)
     AND s.active AND s.paused_until IS NULL AND NOT p.superseded AND NOT p.stale
     AND p.status IN ('pending', 'completed', 'failed', 'suspended') AND p.attempt = 0 ${narrowing}
   ORDER BY p.subscription_id, r.scheduled_for`;

const claimDead = (narrowing: string): string =>
  claimStatement(
    `
  SELECT p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
         p.next_run_at AS due_at, ${NOW} AS next_at,
         coalesce(p.next_run_at, CASE WHEN p.status IN ('pending', 'failed') THEN ${NOW} ELSE 'infinity' END) AS resume_at,
         p.scheduled_for AS resume_for, dead.dead_for AS nominal
    FROM subscription_processing p JOIN dead ON dead.subscription_id = p.subscription_id
   WHERE EXISTS (SELECT FROM alive) AND NOT p.superseded
     AND p.status IN ('pending', 'completed', 'failed', 'suspended') AND p.attempt = 0
   FOR NO KEY UPDATE OF p SKIP LOCKED`,
    { before: `dead AS MATERIALIZED (${replayable(narrowing)} LIMIT $3),` },
  );

/** Dead occurrences, each as an extra one with its own nominal time; the regular sequence stays where it was. */
export async function claimDeadOccurrences(db: Db, claim: ClaimBy & Replay): Promise<ClaimedRow[]> {
  const { sql, values } = narrowingSql(claim.narrowing, 8);
  const { instanceId, now, limit, runId, since, until, exceptRun } = claim;
  const fixed = [instanceId, now, limit, runId, since, until, exceptRun];
  const { rows } = await db.query<ClaimedRow>(claimDead(sql), [...fixed, ...values]);
  return rows;
}

const CLAIM_WAITING = claimStatement(`
  SELECT p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
         p.next_run_at AS due_at, ${NOW} AS next_at, p.resume_at, p.resume_for, p.scheduled_for AS nominal
    FROM subscription_processing p
   WHERE EXISTS (SELECT FROM alive)
     AND p.failing_since <= $5 AND p.runnable AND NOT p.stale
     AND p.status = 'failed' AND p.attempt > 0 AND p.next_run_at > ${NOW} AND p.failed_in = $4
   LIMIT $3
   FOR NO KEY UPDATE OF p SKIP LOCKED`);

/** Rows whose last attempt failed in this run and whose retry is still to come: it is made now. */
export async function claimWaitingRetries(
  db: Db,
  claim: ClaimBy & { readonly runId: string; readonly until: Date },
): Promise<ClaimedRow[]> {
  const values = [claim.instanceId, claim.now, claim.limit, claim.runId, claim.until];
  const { rows } = await db.query<ClaimedRow>(CLAIM_WAITING, values);
  return rows;
}
