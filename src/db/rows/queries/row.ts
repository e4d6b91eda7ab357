// A row as it is read from the host's table, with the scheduler's columns beside its own. Instants are milliseconds since 1970.
export interface StoredRow {
  readonly key: string;
  readonly state: 'unplanned' | 'resumed' | 'planned' | 'paused' | 'suspended' | 'ended';
  readonly dueMs: number | null;
  readonly scheduledForMs: number | null;
  readonly attempt: number;
  readonly failures: number;
  readonly sinceMs: number | null;
  readonly anchorMs: number | null;
  readonly error: string | null;
  readonly active: boolean;
  readonly timezone: string | null;
  readonly tenantId: string | null;
  /** `s0`, `s1` … what its schedule is read from; `c0`, `c1` … what its handler asked for. */
  readonly [column: `s${number}` | `c${number}`]: unknown;
}
