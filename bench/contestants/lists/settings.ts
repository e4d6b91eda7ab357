// Settings that the benchmarks of lists share with their processes.
export interface ListsInput {
  readonly databaseUrl: string;
  readonly apiUrl: string;
}

/** Encrypts the keys of the workspaces; the same for all processes. */
export const ENCRYPTION_KEYS = [{ id: 'bench', key: Buffer.alloc(32, 7) }];

/** The only user of the host that serves lists. */
export const OWNER = { userId: 'u', workspaceId: 'w' };
