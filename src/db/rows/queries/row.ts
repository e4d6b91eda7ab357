// A row as read from the host's table, with the scheduler's columns and its own. Instants are milliseconds since 1970.
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
  /** `s0`, `s1` … are the columns of its schedule, `c0`, `c1` … those that its handler requested. */
  readonly [column: `s${number}` | `c${number}`]: unknown;
}
