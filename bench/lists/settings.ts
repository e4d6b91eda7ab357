// What the benchmark `lists` and its worker processes share.
export interface ListsInput {
  readonly databaseUrl: string;
  readonly apiUrl: string;
}

/** Keys of the workspaces are encrypted with it: all processes must have the same. */
export const ENCRYPTION_KEYS = [{ id: 'bench', key: Buffer.alloc(32, 7) }];
