// Reads digest schedules for the owners of their recipients.
import type { Db } from '../../../scheduler/public.js';
import { OWN, ownerValues, type Owner } from './owner.js';

/** As stored: the host's own SQL may have written anything, including null. */
export interface ScheduleRow extends Record<string, unknown> {
  readonly id: string;
  readonly recipient_id: string;
  readonly group_id: string;
  readonly frequency: string | null;
  readonly delivery_time: string | null;
  readonly delivery_day: number | null;
  readonly timezone: string | null;
  readonly timezone_follows: boolean | null;
  readonly is_active: boolean | null;
  readonly max_updates_per_digest: number | null;
  readonly include_content_types: unknown;
  readonly dst_gap: string | null;
  readonly dst_overlap: string | null;
  readonly month_end: string | null;
  readonly misfire: string | null;
  readonly last_digest_sent: Date | null;
  readonly next_digest_scheduled: Date | null;
  readonly created_at: Date | null;
  readonly updated_at: Date | null;
}

/** `infinity` cannot be a Date: replaced by the largest one. */
const instant = (column: string): string =>
  `CASE WHEN s.${column} < '9999-12-31T00:00:00Z' THEN s.${column} WHEN s.${column} IS NOT NULL THEN '9999-12-31T00:00:00Z' END AS ${column}`;

export const COLUMNS = `s.id::text AS id, s.recipient_id::text AS recipient_id, s.group_id::text AS group_id, s.frequency::text AS frequency,
  s.delivery_time::text AS delivery_time, s.delivery_day::integer AS delivery_day, s.timezone::text AS timezone, s.timezone_follows,
  s.is_active, s.max_updates_per_digest::integer AS max_updates_per_digest, to_jsonb(s.include_content_types) AS include_content_types,
  s.dst_gap::text AS dst_gap, s.dst_overlap::text AS dst_overlap, s.month_end::text AS month_end, s.misfire::text AS misfire,
  ${instant('last_digest_sent')}, ${instant('next_digest_scheduled')}, s.created_at::timestamptz AS created_at,
  s.updated_at::timestamptz AS updated_at`;

export interface ScheduleFilter {
  readonly recipientId?: string;
  readonly groupId?: string;
  readonly frequency?: string;
  readonly isActive?: boolean;
}

export interface ListQuery extends ScheduleFilter {
  readonly limit: number;
  /** Only rows after this one. */
  readonly after: { readonly createdAt: string; readonly id: string } | null;
}

export interface ListedRow extends ScheduleRow {
  /** With microseconds, for the next page. */
  readonly created_at_text: string;
}

/** Newest first. */
export async function listSchedules(db: Db, owner: Owner, query: ListQuery): Promise<readonly ListedRow[]> {
  const { recipientId = null, groupId = null, frequency = null, isActive = null, after, limit } = query;
  const { rows } = await db.query<ListedRow>(
    `SELECT ${COLUMNS}, s.created_at::timestamptz::text AS created_at_text
     FROM {schema}.notification_recipients r
     JOIN {schema}.digest_schedule_rows s ON s.recipient_id = {schema}.to_digest_recipient_id(r.id::text)
     WHERE ${OWN}
       AND ($3::text IS NULL OR r.id = {schema}.to_recipient_id($3))
       AND ($4::text IS NULL OR s.group_id = {schema}.to_digest_group_id($4))
       AND ($5::text IS NULL OR s.frequency = $5)
       AND ($6::boolean IS NULL OR s.is_active IS NOT DISTINCT FROM $6)
       AND ($7::timestamptz IS NULL OR (s.created_at::timestamptz, s.id::text) < ($7, $8))
     ORDER BY s.created_at::timestamptz DESC, s.id::text DESC LIMIT $9`,
    [
      ...ownerValues(owner),
      recipientId,
      groupId,
      frequency,
      isActive,
      after?.createdAt ?? null,
      after?.id ?? null,
      limit,
    ],
  );
  return rows;
}

/** Undefined: there is none, or it belongs to someone else. `lock`: it cannot be planned or changed before the transaction ends. */
export async function findSchedule(
  db: Db,
  owner: Owner,
  id: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<ScheduleRow | undefined> {
  const { rows } = await db.query<ScheduleRow>(
    `SELECT ${COLUMNS} FROM {schema}.digest_schedule_rows s
     WHERE s.id = {schema}.to_digest_schedule_id($3) AND EXISTS (
       SELECT FROM {schema}.notification_recipients r WHERE r.id = {schema}.to_recipient_id(s.recipient_id::text) AND ${OWN})
     ${lock ? 'FOR UPDATE' : ''}`,
    [...ownerValues(owner), id],
  );
  return rows[0];
}

export interface RecipientFacts extends Record<string, unknown> {
  readonly id: string;
  readonly timezone: string | null;
  /** The database's clock, or the manual one. */
  readonly now: Date;
}

/** Undefined: there is none, or it belongs to someone else. */
export async function findRecipient(
  db: Db,
  owner: Owner,
  id: string,
  now: Date | null,
): Promise<RecipientFacts | undefined> {
  const { rows } = await db.query<RecipientFacts>(
    `SELECT r.id::text AS id, r.timezone::text AS timezone, coalesce($4::timestamptz, now()) AS now
     FROM {schema}.notification_recipients r WHERE r.id = {schema}.to_recipient_id($3) AND ${OWN}`,
    [...ownerValues(owner), id, now],
  );
  return rows[0];
}
