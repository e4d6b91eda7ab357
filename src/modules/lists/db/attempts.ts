// The life of an import: a slot among the lists of its key, the fence of the attempt, and its end.
import type { Db } from '../../../scheduler/public.js';

export interface Attempt {
  readonly id: string;
  readonly workspace_id: string | null;
  readonly audience: string;
  readonly fence: number;
  readonly checkpoint: unknown;
}
type Row = Attempt & Record<string, unknown>;

export type Beginning =
  | { readonly kind: 'begun'; readonly attempt: Attempt }
  /** The maximum number of lists of this key is already running. */
  | { readonly kind: 'full' }
  /** It was cancelled, deleted, or has ended. */
  | { readonly kind: 'gone' };

/**
 * In a transaction of its own: the slots of a workspace are assigned one at a time. Only the job that the list refers to may start: one
 * that was replaced does not find the list.
 */
export async function beginAttempt(tx: Db, listId: string, jobId: string, atOnce: number): Promise<Beginning> {
  const { rows: found } = await tx.query<{ workspace_id: string | null }>(
    `SELECT workspace_id FROM {schema}.batch_lists WHERE id = $1 AND job_id = $2 AND status IN ('queued', 'running')`,
    [listId, jobId],
  );
  if (found[0] === undefined) return { kind: 'gone' };
  const { workspace_id: workspace } = found[0];
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('{schema}.batch_lists:' || coalesce($1, ''), 0))`, [
    workspace,
  ]);
  const { rows } = await tx.query<Row>(
    `UPDATE {schema}.batch_lists SET status = 'running', fence = fence + 1, started_at = coalesce(started_at, now()),
       attempt_at = now(), attempt_fetched = fetched, updated_at = now()
     WHERE id = $1 AND job_id = $4 AND status IN ('queued', 'running') AND (
       SELECT count(*) FROM {schema}.batch_lists o
       WHERE o.workspace_id IS NOT DISTINCT FROM $2 AND o.status = 'running' AND o.id <> $1) < $3
     RETURNING id, workspace_id, audience, fence, checkpoint`,
    [listId, workspace, atOnce, jobId],
  );
  return rows[0] === undefined ? { kind: 'full' } : { kind: 'begun', attempt: rows[0] };
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

/**
 * The list of the workspace that should get the next slot: by priority, then by age. The transaction does not wait for the disk, because
 * replacing a job blocks all claims until it commits. If a crash of the database undoes a start, it is found like any missed start.
 */
export async function nextInLine(tx: Db, workspaceId: string): Promise<NextInLine | undefined> {
  const { rows } = await tx.query<NextInLine & Record<string, unknown>>(
    `SELECT id, priority, user_id, job_id, set_config('synchronous_commit', 'off', true) FROM {schema}.batch_lists WHERE workspace_id = $1 AND status = 'queued'
     ORDER BY array_position('{urgent,high,normal,low}', priority), id LIMIT 1`,
    [workspaceId],
  );
  return rows[0];
}

/** Workspaces whose lists are all waiting to be started: the start was missed, for example because a process died at that moment. */
export async function findUncalled(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ workspace_id: string }>(
    `SELECT l.workspace_id FROM {schema}.batch_lists l LEFT JOIN {schema}.jobs j ON j.id = l.job_id
     WHERE l.status IN ('queued', 'running') AND l.workspace_id IS NOT NULL
     GROUP BY 1 HAVING bool_and(l.status = 'queued' AND j.run_at > now()) LIMIT 1000`,
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

/** Milliseconds until the key of this workspace may be used again. */
export async function blockedFor(db: Db, workspaceId: string): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    `SELECT greatest(0, extract(epoch FROM blocked_until - clock_timestamp()) * 1000)::float8 AS ms
     FROM {schema}.batch_list_limits WHERE workspace_id = $1`,
    [workspaceId],
  );
  return rows[0]?.ms ?? 0;
}
