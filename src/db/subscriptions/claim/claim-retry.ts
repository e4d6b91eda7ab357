// Claims failed work: dead occurrences by their ledger rows, and rows that failed in a run and wait for a retry.
import type { Database, Db } from '../../database.js';
import { claimStatement, NOW } from './claim-statement.js';
import type { ClaimBy, ClaimedRow } from './claimed-row.js';
import { type Narrowing, narrowingSql } from './narrowing.js';

export interface DeadFilter {
  /** Only what failed in this run; null: in any run. */
  readonly runId: string | null;
  /** Only what died since this time; null: at any time. */
  readonly since: Date | null;
  readonly narrowing: Narrowing;
  /** Only what died before this time, so that occurrences that die in the retry itself are not taken again. */
  readonly until: Date;
  /** The run of the retry itself, excluded for the same reason when a test's clock stands still. */
  readonly exceptRun: string;
}

/** Identifies a dead occurrence and its position in the order of deaths. Instants are text, because a Date has no microseconds. */
export interface DeadOccurrence {
  readonly subscriptionId: string;
  readonly scheduledFor: string;
  readonly finishedAt: string;
}

const exact = (instant: string): string => `to_json(${instant}) #>> '{}'`;

const FROM = {
  since: `r.finished_at >= coalesce($4::timestamptz, '-infinity')`,
  after: `(r.finished_at, r.subscription_id, r.scheduled_for) > ($4::timestamptz, $5::{schema}.{rows}_key, $6::timestamptz)`,
};

const listDead = (from: keyof typeof FROM, ofRun: boolean, narrowing: string): string => `
SELECT r.subscription_id::text AS "subscriptionId", ${exact('r.scheduled_for')} AS "scheduledFor", ${exact('r.finished_at')} AS "finishedAt"
  FROM {schema}.{rows}_runs r
 WHERE r.outcome = 'dead' AND ${FROM[from]} AND r.finished_at <= $1 AND r.run_id ${ofRun ? '=' : 'IS DISTINCT FROM'} $2::uuid
   ${narrowing && `AND EXISTS (SELECT FROM {entities} s WHERE s.id = r.subscription_id ${narrowing})`}
 ORDER BY r.finished_at, r.subscription_id, r.scheduled_for LIMIT $3`;

// without JIT: because of the disabled plan node, servers before version 18 would compile the statement
const NO_SORT = `SELECT set_config('enable_sort', 'off', true), set_config('jit', 'off', true)`;

/** One page of dead occurrences, in the order of their deaths; `after` is the last one of the previous page. */
export function listDeadOccurrences(
  database: Database,
  { runId, since, until, exceptRun, narrowing }: DeadFilter,
  { after, limit }: { readonly after: DeadOccurrence | null; readonly limit: number },
): Promise<DeadOccurrence[]> {
  const from = after === null ? [since] : [after.finishedAt, after.subscriptionId, after.scheduledFor];
  const fixed = [until, runId ?? exceptRun, limit, ...from];
  const { sql, values } = narrowingSql(narrowing, fixed.length + 1);
  return database.transaction(async (tx) => {
    // The indexes have this order, so that every page costs the same. Deaths come in bursts, which the planner's statistics do not show: it
    // would expect few rows, and sort all remaining ones for each page. With a filter there may really be few.
    if (values.length === 0) await tx.query(NO_SORT);
    const text = listDead(after === null ? 'since' : 'after', runId !== null, sql);
    return (await tx.query<DeadOccurrence & Record<string, unknown>>(text, [...fixed, ...values])).rows;
  });
}

// A schedule that has ended resumes at infinity, which means never. A suspended one may be retried: its success ends the suspension.
// Claims one occurrence of a subscription at a time, and only if it is still dead: it may have been retried since it was listed.
const CLAIM_DEAD = claimStatement(
  `
  SELECT p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
         p.next_run_at AS due_at, ${NOW} AS next_at,
         coalesce(p.next_run_at, CASE WHEN p.status::text IN ('pending', 'failed') THEN ${NOW} ELSE 'infinity' END) AS resume_at,
         p.scheduled_for AS resume_for, dead.scheduled_for AS nominal, dead.place
    FROM dead
    JOIN {processing} p ON p.subscription_id = dead.subscription_id
    JOIN {entities} s ON s.id = p.subscription_id
   WHERE EXISTS (SELECT FROM alive) AND s.active AND s.paused_until IS NULL AND NOT p.superseded AND NOT p.stale
     AND p.status::text IN ('pending', 'completed', 'failed', 'suspended') AND p.attempt = 0
     AND EXISTS (
       SELECT FROM {schema}.{rows}_runs r
        WHERE r.subscription_id = dead.subscription_id AND r.scheduled_for = dead.scheduled_for
          AND r.outcome = 'dead' AND r.finished_at <= $6)
   ORDER BY dead.place LIMIT $3
   FOR NO KEY UPDATE OF p SKIP LOCKED`,
  {
    before: `given AS MATERIALIZED (
  SELECT $4::{schema}.{rows}_key[] AS ids, $5::timestamptz[] AS times
), dead AS MATERIALIZED (
  SELECT DISTINCT ON (o.subscription_id) o.* FROM given
   CROSS JOIN unnest(ids, times) WITH ORDINALITY AS o (subscription_id, scheduled_for, place)
   ORDER BY o.subscription_id, o.scheduled_for),`,
    returning: ', picked.place::int AS place',
  },
);

/**
 * Claims those of the given dead occurrences that are available, each as an extra occurrence with its own nominal time; the regular
 * sequence does not change. `looked`: how many of the given occurrences it has processed.
 */
export async function claimDeadOccurrences(
  db: Db,
  { instanceId, now, limit }: ClaimBy,
  { occurrences, until }: { readonly occurrences: readonly DeadOccurrence[]; readonly until: Date },
): Promise<{ rows: ClaimedRow[]; looked: number }> {
  const ids = occurrences.map(({ subscriptionId }) => subscriptionId);
  const times = occurrences.map(({ scheduledFor }) => scheduledFor);
  const values = [instanceId, now, limit, ids, times, until];
  const { rows } = await db.query<ClaimedRow & { place: number }>(CLAIM_DEAD, values);
  const last = rows.reduce((most, { place }) => Math.max(most, place), 0);
  return { rows, looked: rows.length < limit ? occurrences.length : last };
}

const CLAIM_WAITING = claimStatement(`
  SELECT p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
         p.next_run_at AS due_at, ${NOW} AS next_at, p.resume_at, p.resume_for, p.scheduled_for AS nominal
    FROM {processing} p
   WHERE EXISTS (SELECT FROM alive)
     AND p.failing_since <= $5 AND p.runnable AND NOT p.stale
     AND p.status::text = 'failed' AND p.attempt > 0 AND p.next_run_at > ${NOW} AND p.failed_in = $4
   LIMIT $3
   FOR NO KEY UPDATE OF p SKIP LOCKED`);

/** Claims rows whose last attempt failed in this run and that wait for a retry, which is made now. */
export async function claimWaitingRetries(
  db: Db,
  claim: ClaimBy & { readonly runId: string; readonly until: Date },
): Promise<ClaimedRow[]> {
  const values = [claim.instanceId, claim.now, claim.limit, claim.runId, claim.until];
  const { rows } = await db.query<ClaimedRow>(CLAIM_WAITING, values);
  return rows;
}
