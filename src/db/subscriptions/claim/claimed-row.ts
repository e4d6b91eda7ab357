// The result of a claim: everything that is needed to run and settle an occurrence, so that no row is read again afterwards.

/** Instants are milliseconds since 1970, which avoids creating a Date for each. */
export interface ClaimedRow {
  readonly subscriptionId: string;
  readonly claimToken: string;
  readonly userId: string | null;
  readonly tenantId: string | null;
  readonly frequency: string | null;
  readonly timezone: string | null;
  /** The JSON text, which serves as a key. */
  readonly schedule: string | null;
  readonly anchorMs: number | null;
  readonly sinceMs: number | null;
  /** Nominal time of the occurrence that was claimed. */
  readonly scheduledForMs: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly missedCount: number;
  readonly consecutiveFailures: number;
  /** The values that the claim replaced, to release the row unchanged. */
  readonly wasStatus: string;
  readonly wasScheduledForMs: number | null;
  /** Where the regular sequence continues after an extra occurrence; null for a regular one. */
  readonly resumeAtMs: number | null;
  /** When it was due: its nominal time plus spread, or the time of its retry. Null: at once. */
  readonly dueMs: number | null;
  /** The database's clock. */
  readonly nowMs: number;
}

/** The input of every claim. */
export interface ClaimBy {
  readonly instanceId: string;
  readonly limit: number;
  /** Only for tests with their own clock; null: the database's clock. */
  readonly now: Date | null;
}
