// API keys of workspaces: stored encrypted, and only read by the handler that needs them.
import type { Db } from '../../database.js';

/** Stores a key, replacing an existing one. */
export async function saveWorkspaceKey(db: Db, workspaceId: string, provider: string, value: string): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.workspace_keys (workspace_id, provider, value) VALUES ($1, $2, $3)
     ON CONFLICT (workspace_id, provider) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [workspaceId, provider, value],
  );
}

export async function findWorkspaceKey(db: Db, workspaceId: string, provider: string): Promise<string | undefined> {
  const { rows } = await db.query<{ value: string }>(
    'SELECT value FROM {schema}.workspace_keys WHERE workspace_id = $1 AND provider = $2',
    [workspaceId, provider],
  );
  return rows[0]?.value;
}

export async function deleteWorkspaceKey(db: Db, workspaceId: string, provider: string): Promise<boolean> {
  const result = await db.query('DELETE FROM {schema}.workspace_keys WHERE workspace_id = $1 AND provider = $2', [
    workspaceId,
    provider,
  ]);
  return result.rowCount === 1;
}
