// Writes digest schedules. Values are passed through a record of the table, so that they are converted to the types of the host's columns.
import type { Db } from '../../../scheduler/public.js';

/** Names of columns; values as JSON. */
export interface ScheduleValues {
  readonly recipient_id: string;
  readonly group_id: string;
  readonly frequency: string;
  readonly delivery_time: string;
  readonly delivery_day: number | null;
  readonly timezone: string;
  readonly timezone_follows: boolean;
  readonly is_active: boolean;
  readonly max_updates_per_digest: number;
  readonly include_content_types: readonly string[] | null;
  readonly dst_gap: string;
  readonly dst_overlap: string;
  readonly month_end: string;
  readonly misfire: string;
  /** ISO 8601. */
  readonly next_digest_scheduled: string | null;
  /** The request that created it; null: one without an idempotency key. */
  readonly digest_request_id: string | null;
}

const WRITTEN = [
  'recipient_id',
  'group_id',
  'frequency',
  'delivery_time',
  'delivery_day',
  'timezone',
  'timezone_follows',
  'is_active',
  'max_updates_per_digest',
  'include_content_types',
  'dst_gap',
  'dst_overlap',
  'month_end',
  'misfire',
  'next_digest_scheduled',
  'digest_request_id',
] as const satisfies (keyof ScheduleValues)[];

const of = (alias: string): string => WRITTEN.map((column) => `${alias}.${column}`).join(', ');

/** Returns the id. */
export async function insertSchedule(db: Db, values: ScheduleValues): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO {schema}.digest_schedule_rows (${WRITTEN.join(', ')})
     SELECT ${of('n')} FROM jsonb_populate_record(NULL::{schema}.digest_schedule_rows, $1::jsonb) n RETURNING id::text AS id`,
    [JSON.stringify(values)],
  );
  return (rows[0] as { id: string }).id;
}

/** Columns that are not given are not changed. */
export async function updateSchedule(db: Db, id: string, values: Partial<ScheduleValues>): Promise<void> {
  await db.query(
    `UPDATE {schema}.digest_schedule_rows s
     SET (${WRITTEN.join(', ')}, updated_at) = (SELECT ${of('n')}, now() FROM jsonb_populate_record(s, $2::jsonb) n)
     WHERE s.id = {schema}.to_digest_schedule_id($1)`,
    [id, JSON.stringify(values)],
  );
}

export async function deleteSchedule(db: Db, id: string): Promise<void> {
  await db.query('DELETE FROM {schema}.digest_schedule_rows s WHERE s.id = {schema}.to_digest_schedule_id($1)', [id]);
}

/** The id of the schedule that a recipient has for a group and frequency; null: none. Never `except`. */
export async function findTwin(
  db: Db,
  { recipient_id, group_id, frequency }: Pick<ScheduleValues, 'recipient_id' | 'group_id' | 'frequency'>,
  except: string | null = null,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT s.id::text AS id FROM {schema}.digest_schedule_rows s
     WHERE s.recipient_id = {schema}.to_digest_recipient_id($1) AND s.group_id = {schema}.to_digest_group_id($2) AND s.frequency = $3
       AND s.id IS DISTINCT FROM {schema}.to_digest_schedule_id($4) LIMIT 1`,
    [recipient_id, group_id, frequency, except],
  );
  return rows[0]?.id ?? null;
}

/** The id of the schedule that a request created, whatever has been changed since; null: it has been removed. */
export async function findRequested(
  db: Db,
  requestId: string,
  { recipient_id, group_id }: Pick<ScheduleValues, 'recipient_id' | 'group_id'>,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT s.id::text AS id FROM {schema}.digest_schedule_rows s
     WHERE s.recipient_id = {schema}.to_digest_recipient_id($2) AND s.group_id = {schema}.to_digest_group_id($3)
       AND s.digest_request_id = $1`,
    [requestId, recipient_id, group_id],
  );
  return rows[0]?.id ?? null;
}
