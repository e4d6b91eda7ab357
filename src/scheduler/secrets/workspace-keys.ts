// API keys of workspaces: stored encrypted, given to handlers, never shown again.
import type { Encryption } from '../../base/encryption.js';
import type { Database } from '../../db/database.js';
import { deleteWorkspaceKey, findWorkspaceKey, saveWorkspaceKey } from '../../db/engine/queries/workspace-keys.js';

export interface WorkspaceKeys {
  /** Stores a key in place of the one before. Throws ENCRYPTION_UNAVAILABLE when no encryption key is set. */
  save(workspaceId: string, provider: string, apiKey: string): Promise<void>;
  /** For the handler that makes the call; null: the workspace has none. */
  read(workspaceId: string, provider: string): Promise<string | null>;
  /** True when there was one. */
  remove(workspaceId: string, provider: string): Promise<boolean>;
}

const contextOf = (workspaceId: string, provider: string): string =>
  `workspace_keys:${JSON.stringify([workspaceId, provider])}`;

export function createWorkspaceKeys(db: Database, encryption: Encryption): WorkspaceKeys {
  const save: WorkspaceKeys['save'] = (workspaceId, provider, apiKey) =>
    saveWorkspaceKey(db, workspaceId, provider, encryption.encrypt(apiKey, contextOf(workspaceId, provider)));
  return {
    save,
    async read(workspaceId, provider) {
      const stored = await findWorkspaceKey(db, workspaceId, provider);
      if (stored === undefined) return null;
      const apiKey = encryption.decrypt(stored, contextOf(workspaceId, provider));
      // a rotation of keys reaches what is stored as it is used
      if (encryption.isOutdated(stored)) await save(workspaceId, provider, apiKey);
      return apiKey;
    },
    remove: (workspaceId, provider) => deleteWorkspaceKey(db, workspaceId, provider),
  };
}
