// What a claim returns: everything for running and settling an occurrence, so that nothing is read per row afterwards.

/** Instants are milliseconds since 1970: a Date would be built and taken apart again for each. */
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
  /** What the claim replaced, for giving it back untouched. */
  readonly wasStatus: string;
  readonly wasScheduledForMs: number | null;
  /** Where the regular sequence goes on when this is an extra occurrence; null for a regular one. */
  readonly resumeAtMs: number | null;
  /** When it was due: nominal time plus spread, or its retry's. Null: at once. */
  readonly dueMs: number | null;
  /** The database's clock. */
  readonly nowMs: number;
}

/** What every claim is told. */
export interface ClaimBy {
  readonly instanceId: string;
  readonly limit: number;
  /** Only for tests with a clock of their own; null is the database's. */
  readonly now: Date | null;
}
