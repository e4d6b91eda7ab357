// Creates a subscription with its processing row, whose first run has already been computed.
import type { Db } from '../../database.js';

export interface NewSubscription {
  readonly userId: string | number;
  readonly tenantId: string | null;
  readonly active: boolean;
  readonly frequency: string;
  readonly timezone: string;
  /** The schedule except for frequency and time zone, as JSON text; null: nothing else. */
  readonly schedule: string | null;
}

const INSERT = `
INSERT INTO {entities} (id, user_id, tenant_id, active, frequency, timezone, schedule) OVERRIDING SYSTEM VALUE
VALUES ({schema}.{rows}_new_id(), $1, $2, $3, $4, $5, $6::jsonb)
RETURNING id::text AS id`;

/** Call it in a transaction with `insertProcessingRow`, otherwise the trigger creates a row that is due at once. Returns the id. */
export async function insertSubscription(db: Db, row: NewSubscription): Promise<string> {
  const values = [row.userId, row.tenantId, row.active, row.frequency, row.timezone, row.schedule];
  const { rows } = await db.query<{ id: string }>(INSERT, values);
  return (rows[0] as { id: string }).id;
}

export interface NewProcessingRow {
  readonly subscriptionId: string;
  readonly anchorAt: Date;
  /** Effective time of the first occurrence, and its nominal time if that differs. */
  readonly nextRunAt: Date;
  readonly scheduledFor: Date | null;
  readonly metadata: string | null;
}

const INSERT_PROCESSING = `
INSERT INTO {processing} (subscription_id, status, anchor_at, next_run_at, scheduled_for, metadata, created_at, updated_at)
VALUES ($1, 'pending', $2, $3, $4, coalesce($5::jsonb, '{}'), $2, $2)`;

export async function insertProcessingRow(db: Db, row: NewProcessingRow): Promise<void> {
  await db.query(INSERT_PROCESSING, [row.subscriptionId, row.anchorAt, row.nextRunAt, row.scheduledFor, row.metadata]);
}
