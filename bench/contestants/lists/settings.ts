// Settings that the benchmark `lists` and its worker processes share.
export interface ListsInput {
  readonly databaseUrl: string;
  readonly apiUrl: string;
}

/** Encrypts the keys of the workspaces; the same for all processes. */
export const ENCRYPTION_KEYS = [{ id: 'bench', key: Buffer.alloc(32, 7) }];
