// Digest schedules for operators: those of all users, with their recipients.
import type { Db } from '../../../scheduler/public.js';
import { COLUMNS, type ScheduleFilter, type ScheduleRow } from './read-schedules.js';

export interface OwnedScheduleRow extends ScheduleRow {
  readonly user_id: string | null;
  readonly workspace_id: string | null;
  /** Null, like the next field: the recipient was deleted, or has no name. */
  readonly recipient_name: string | null;
  readonly recipient_address: string | null;
}

const OWNED = `${COLUMNS}, r.user_id, r.workspace_id, r.name AS recipient_name, r.email AS recipient_address`;
const RECIPIENT = `LEFT JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(s.recipient_id::text)`;

/** There is no index by frequency and state: a page examines at most this number of schedules, and the next page continues from there. */
const LOOKED_AT = 20_000;

export interface AllSchedulesPage {
  readonly rows: readonly OwnedScheduleRow[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** One page in descending order of ids, the only order with an index in an adopted table. It may have fewer rows although more follow. */
export async function listAllSchedules(
  db: Db,
  { recipientId, groupId, frequency, isActive }: ScheduleFilter,
  { limit, before, lookedAt = LOOKED_AT }: { limit: number; before: string | null; lookedAt?: number },
): Promise<AllSchedulesPage> {
  // without a filter, no more rows are examined than returned
  const most = frequency === undefined && isActive === undefined ? limit + 1 : lookedAt;
  const { rows } = await db.query<OwnedScheduleRow & { last: string | null; looked_at: number }>(
    `WITH looked_at AS MATERIALIZED (
       SELECT s.* FROM {schema}.digest_schedule_rows s
       WHERE ($2::text IS NULL OR s.id < {schema}.to_digest_schedule_id($2))
         AND ($4::text IS NULL OR s.recipient_id = {schema}.to_digest_recipient_id($4))
         AND ($5::text IS NULL OR s.group_id = {schema}.to_digest_group_id($5))
       ORDER BY s.id DESC LIMIT $3
     ), edge AS (
       SELECT (SELECT id::text FROM looked_at ORDER BY id LIMIT 1) AS last,
         (SELECT count(*) FROM looked_at)::integer AS looked_at
     ), wanted AS (
       SELECT * FROM looked_at s
       WHERE ($6::text IS NULL OR s.frequency::text = $6) AND ($7::boolean IS NULL OR s.is_active IS NOT DISTINCT FROM $7)
       ORDER BY s.id DESC LIMIT $1
     )
     SELECT ${OWNED}, edge.last, edge.looked_at FROM edge LEFT JOIN wanted s ON true ${RECIPIENT} ORDER BY s.id DESC`,
    [limit + 1, before, most, recipientId ?? null, groupId ?? null, frequency ?? null, isActive ?? null],
  );
  const edge = rows[0];
  const found = rows.filter(({ id }) => id !== null).map(({ last: _last, looked_at: _looked, ...row }) => row);
  if (found.length > limit) return { rows: found.slice(0, limit), next: found[limit - 1]?.id ?? null };
  return { rows: found, next: edge?.looked_at === most ? edge.last : null };
}

/** Undefined: there is none. `lock`: it cannot be planned or changed before the transaction ends. */
export async function findAnySchedule(
  db: Db,
  id: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<OwnedScheduleRow | undefined> {
  const { rows } = await db.query<OwnedScheduleRow>(
    `SELECT ${OWNED} FROM {schema}.digest_schedule_rows s ${RECIPIENT}
     WHERE s.id = {schema}.to_digest_schedule_id($1) ${lock ? 'FOR UPDATE OF s' : ''}`,
    [id],
  );
  return rows[0];
}

/** The zone that a recipient's schedules follow (null: none), and the time by the database's clock or the manual one. */
export async function findZone(
  db: Db,
  recipientId: string,
  now: Date | null,
): Promise<{ readonly timezone: string | null; readonly now: Date }> {
  const { rows } = await db.query<{ timezone: string | null; now: Date }>(
    `SELECT coalesce($2::timestamptz, now()) AS now, (SELECT timezone::text FROM {schema}.notification_recipients
       WHERE id = {schema}.to_recipient_id($1)) AS timezone`,
    [recipientId, now],
  );
  return rows[0] as { timezone: string | null; now: Date };
}
