// Preferences of a recipient, read and changed through the view over the table of recipients.
import type { Db } from '../../../scheduler/public.js';
import { MUTED_UNTIL } from './load-notifications.js';

/** The rows that a user may see. */
export interface OwnerScope {
  readonly userId: string;
  readonly workspaceId: string | null;
}

export interface RecipientPreferences {
  readonly id: string;
  readonly timezone: string | null;
  readonly quiet_hours: unknown;
  readonly muted_until: Date | null;
  readonly preferences: unknown;
}

type Row = RecipientPreferences & Record<string, unknown>;

const COLUMNS = `r.id::text AS id, r.timezone::text AS timezone, r.quiet_hours, ${MUTED_UNTIL}, r.preferences`;
/** By user and workspace, each if it is set; a recipient with neither belongs to no user. */
const OWN = `(r.user_id IS NULL OR r.user_id = $2) AND (r.workspace_id IS NULL OR r.workspace_id = $3)
  AND (r.user_id IS NOT NULL OR r.workspace_id IS NOT NULL)`;

export async function findOwnPreferences(
  db: Db,
  { userId, workspaceId }: OwnerScope,
  id: string,
): Promise<RecipientPreferences | undefined> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM {schema}.notification_recipients r WHERE r.id = {schema}.to_recipient_id($1) AND ${OWN}`,
    [id, userId, workspaceId],
  );
  return rows[0];
}

/** Locks the row until the end of the transaction, whether or not it belongs to the user. */
export async function lockPreferences(tx: Db, id: string): Promise<RecipientPreferences | undefined> {
  const { rows } = await tx.query<Row>(
    `SELECT ${COLUMNS} FROM {schema}.notification_recipients r WHERE r.id = {schema}.to_recipient_id($1) FOR UPDATE`,
    [id],
  );
  return rows[0];
}

export async function savePreferences(
  tx: Db,
  { id, timezone, quiet_hours, muted_until, preferences }: RecipientPreferences,
): Promise<void> {
  const json = (value: unknown): string | null =>
    value === null || value === undefined ? null : JSON.stringify(value);
  await tx.query(
    `UPDATE {schema}.notification_recipients r
     SET timezone = $2, quiet_hours = $3::jsonb, muted_until = $4, preferences = $5::jsonb
     WHERE r.id = {schema}.to_recipient_id($1)`,
    [id, timezone, json(quiet_hours), muted_until, json(preferences)],
  );
}
