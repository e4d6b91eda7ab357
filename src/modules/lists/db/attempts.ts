// The life of an import: a slot among the lists of its key, the fence of the attempt, its end, and who comes next.
import type { Db } from '../../../scheduler/public.js';
import { LONGEST_WAIT_MS } from '../names.js';

export interface Attempt {
  readonly id: string;
  readonly workspace_id: string | null;
  readonly audience: string;
  readonly fence: number;
  readonly checkpoint: unknown;
  /** Members that earlier attempts fetched. */
  readonly fetched: number;
}

export type Beginning =
  | { readonly kind: 'begun'; readonly attempt: Attempt; readonly blockedMs: number }
  /** The maximum number of lists of this key is already running. */
  | { readonly kind: 'full' }
  /** An earlier attempt has completed the list, but its process died before it could say so. */
  | { readonly kind: 'completed' }
  /** It was cancelled or deleted, has failed, or has another job. */
  | { readonly kind: 'gone' };

interface BeginRow extends Omit<Attempt, 'id'>, Record<string, unknown> {
  readonly outcome: Beginning['kind'];
  readonly blocked_ms: number;
}

/** One round trip; the statement is functions/begin_list_import.sql. `blockedMs`: how long the workspace's key must not be used. */
export async function beginAttempt(db: Db, listId: string, jobId: string, atOnce: number): Promise<Beginning> {
  const { rows } = await db.query<BeginRow>('SELECT * FROM {schema}.begin_list_import($1, $2, $3)', [
    ...[listId, jobId, atOnce],
  ]);
  const { outcome, blocked_ms: blockedMs, ...attempt } = rows[0] as BeginRow;
  return outcome === 'begun' ? { kind: outcome, attempt: { ...attempt, id: listId }, blockedMs } : { kind: outcome };
}

/** False: cancelled, deleted or taken over. */
export async function holdsFence(db: Db, { id, fence }: Pick<Attempt, 'id' | 'fence'>): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT FROM {schema}.batch_lists WHERE id = $1 AND fence = $2 AND status = 'running'`,
    [id, fence],
  );
  return rows.length > 0;
}

/** False: fenced off. `queued` releases the slot. */
export async function endAttempt(
  db: Db,
  { id, fence }: Pick<Attempt, 'id' | 'fence'>,
  end: { readonly status: 'completed' | 'failed' | 'queued'; readonly error?: string },
): Promise<boolean> {
  const { rows } = await db.query(
    `UPDATE {schema}.batch_lists SET status = $3, error = $4, updated_at = now(), attempt_at = NULL,
       completed_at = CASE WHEN $3 = 'queued' THEN NULL ELSE now() END
     WHERE id = $1 AND fence = $2 AND status IN ('running', 'receiving') RETURNING 1`,
    [id, fence, end.status, end.error ?? null],
  );
  return rows.length > 0;
}

/** Running or waiting lists of the workspace with at least this priority, counted up to `most`. */
export async function countAhead(db: Db, workspaceId: string, priority: string, most: number): Promise<number> {
  const { rows } = await db.query<{ ahead: number }>(
    `SELECT count(*)::integer AS ahead FROM (
       SELECT FROM {schema}.batch_lists WHERE workspace_id = $1 AND status IN ('queued', 'running')
         AND array_position('{urgent,high,normal,low}', priority) <= array_position('{urgent,high,normal,low}', $2) LIMIT $3) open`,
    [workspaceId, priority, most],
  );
  return rows[0]?.ahead ?? 0;
}

export interface NextInLine {
  readonly id: string;
  readonly priority: string;
  readonly user_id: string;
  readonly job_id: string | null;
}

/** Waits to be started: a list whose job is due has been started already, and one whose job waits for a retry starts by itself. */
const WAITS = `l.status = 'queued' AND (j.id IS NULL OR j.completed_at IS NOT NULL OR (j.run_at > now() AND j.attempt = 0))`;

/**
 * The key's rate limit resets only after `LONGEST_WAIT_MS`: an attempt would be put off at once. Those that were put off start by themselves
 * when it resets.
 */
const BLOCKED = `EXISTS (SELECT FROM {schema}.batch_list_limits b
  WHERE b.workspace_id = l.workspace_id AND b.blocked_until > now() + ${LONGEST_WAIT_MS} * interval '1 millisecond')`;

/** The list of the workspace that should get the next slot: by priority, then by age. Undefined: none waits, or none would get anywhere. */
export async function nextInLine(db: Db, workspaceId: string): Promise<NextInLine | undefined> {
  const { rows } = await db.query<NextInLine & Record<string, unknown>>(
    `SELECT l.id, l.priority, l.user_id, l.job_id FROM {schema}.batch_lists l LEFT JOIN {schema}.jobs j ON j.id = l.job_id
     WHERE l.workspace_id = $1 AND ${WAITS} AND NOT ${BLOCKED}
     ORDER BY array_position('{urgent,high,normal,low}', l.priority), l.id LIMIT 1`,
    [workspaceId],
  );
  return rows[0];
}

/**
 * Workspaces with fewer started lists than `atOnce`, and others that wait: a start was missed, for example because a process died at that
 * moment.
 */
export async function findUncalled(db: Db, atOnce: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ workspace_id: string }>(
    `SELECT l.workspace_id FROM {schema}.batch_lists l LEFT JOIN {schema}.jobs j ON j.id = l.job_id
     WHERE l.status IN ('queued', 'running') AND l.workspace_id IS NOT NULL AND NOT ${BLOCKED}
     GROUP BY 1 HAVING bool_or(${WAITS}) AND count(*) FILTER (WHERE NOT (${WAITS})) < $1 LIMIT 1000`,
    [atOnce],
  );
  return rows.map(({ workspace_id }) => workspace_id);
}

/** Jobs that ended without recording the end of their list: dead, or cancelled by an operator. */
export async function failListsOf(tx: Db, jobIds: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE {schema}.batch_lists l SET status = CASE WHEN j.status = 'cancelled' THEN 'cancelled' ELSE 'failed' END,
       error = coalesce(l.error, j.error_message), fence = fence + 1, completed_at = now(), updated_at = now()
     FROM {schema}.jobs j WHERE j.id = ANY ($1::uuid[]) AND l.job_id = j.id AND l.status IN ('queued', 'running')`,
    [jobIds],
  );
}

/** Sets for how long the workspace's key must not be used with the members API. */
export async function blockKey(db: Db, workspaceId: string, waitMs: number): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.batch_list_limits AS b (workspace_id, blocked_until)
     VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
     ON CONFLICT (workspace_id) DO UPDATE SET blocked_until = greatest(b.blocked_until, excluded.blocked_until)`,
    [workspaceId, waitMs],
  );
}
