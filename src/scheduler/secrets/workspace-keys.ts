// API keys of workspaces: stored encrypted, available to handlers, never shown again.
import type { Encryption } from '../../base/secrets/encryption.js';
import type { Database, Db } from '../../db/database.js';
import { deleteWorkspaceKey, findWorkspaceKey, saveWorkspaceKey } from '../../db/engine/queries/workspace-keys.js';
import type { Actor, Engine } from '../contracts/scheduler.js';

/** With `by` a change is recorded in the audit log, in the same transaction. */
export interface WorkspaceKeys {
  /** Stores a key in place of the previous one. Throws ENCRYPTION_UNAVAILABLE when no encryption key is set. */
  save(workspaceId: string, provider: string, apiKey: string, by?: Actor): Promise<void>;
  /** The key for a handler that makes the call; null: the workspace has none. */
  read(workspaceId: string, provider: string): Promise<string | null>;
  /** True when there was one. */
  remove(workspaceId: string, provider: string, by?: Actor): Promise<boolean>;
}

/** Binds a stored key to its workspace and provider. */
export const contextOf = (workspaceId: string, provider: string): string =>
  `workspace_keys:${JSON.stringify([workspaceId, provider])}`;

export function createWorkspaceKeys(
  db: Database,
  encryption: Encryption,
  audit: Pick<Engine['audit'], 'record'>,
): WorkspaceKeys {
  const audited = async <T>(work: (tx: Db) => Promise<T>, action: string, target: string, by?: Actor): Promise<T> => {
    if (by === undefined) return work(db);
    return db.transaction(async (tx) => {
      const result = await work(tx);
      await audit.record({ by, action, target }, { db: tx });
      return result;
    });
  };
  const save: WorkspaceKeys['save'] = async (workspaceId, provider, apiKey, by) => {
    const sealed = encryption.encrypt(apiKey, contextOf(workspaceId, provider));
    const work = (tx: Db) => saveWorkspaceKey(tx, workspaceId, provider, sealed);
    return audited(work, 'workspace_key.put', `${workspaceId}/${provider}`, by);
  };
  return {
    save,
    async read(workspaceId, provider) {
      const stored = await findWorkspaceKey(db, workspaceId, provider);
      if (stored === undefined) return null;
      const apiKey = encryption.decrypt(stored, contextOf(workspaceId, provider));
      // stored secrets are re-encrypted with a rotated key when they are used
      if (encryption.isOutdated(stored)) await save(workspaceId, provider, apiKey);
      return apiKey;
    },
    remove(workspaceId, provider, by) {
      const work = (tx: Db) => deleteWorkspaceKey(tx, workspaceId, provider);
      return audited(work, 'workspace_key.delete', `${workspaceId}/${provider}`, by);
    },
  };
}
