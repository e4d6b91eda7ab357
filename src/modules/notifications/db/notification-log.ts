// Notifications for operators: those of all users, newest first, and each attempt with the server's response.
import type { Db } from '../../../scheduler/public.js';

export interface LoggedNotification {
  readonly id: string;
  readonly status: 'pending' | 'sent' | 'failed' | 'cancelled';
  readonly delivery_method: string;
  readonly notification_type: string;
  readonly category: string;
  readonly recipient_id: string | null;
  readonly to_address: string | null;
  readonly user_id: string | null;
  readonly workspace_id: string | null;
  readonly batch_id: string | null;
  readonly attempts: number;
  readonly transport: string | null;
  readonly response_code: number | null;
  readonly response: string | null;
  readonly error: string | null;
  readonly message_id: string | null;
  readonly created_at: Date;
  readonly scheduled_for: Date;
  readonly processed_at: Date | null;
}

export interface LogFilter {
  readonly recipient_id?: string;
  readonly address?: string;
  readonly status?: string;
  readonly notification_type?: string;
  readonly delivery_method?: string;
  readonly transport?: string;
}

const CONDITIONS: Readonly<Record<Exclude<keyof LogFilter, 'recipient_id'>, string>> = {
  address: '{schema}.address_key(n.delivery_method, n.to_address)',
  status: 'n.status',
  notification_type: 'n.notification_type',
  delivery_method: 'n.delivery_method',
  transport: 'n.transport',
};

const COLUMNS = `n.id, n.status, n.delivery_method, n.notification_type, n.category, n.recipient_id, n.to_address, n.user_id,
  n.workspace_id, n.batch_id, n.attempts, n.transport, n.response_code, n.response, n.error, n.message_id, n.created_at,
  n.scheduled_for, n.processed_at`;

/** Most filters have no index: a page examines at most this number of notifications, and the next page continues from there. */
const LOOKED_AT = 50_000;

export interface LogPage {
  readonly rows: readonly LoggedNotification[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** One page, newest first: ids increase with time. `before`: where the previous page ended. It may have fewer rows although more follow. */
export async function listNotifications(
  db: Db,
  filter: LogFilter,
  { limit, before, lookedAt = LOOKED_AT }: { limit: number; before: string | null; lookedAt?: number },
): Promise<LogPage> {
  const { recipient_id: recipient, ...others } = filter;
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const conditions = given.map(([name], index) => `AND ${CONDITIONS[name as keyof typeof CONDITIONS]} = $${index + 5}`);
  const ofRecipient = recipient === undefined ? '$4::text IS NULL' : 'n.recipient_id = $4';
  // without a filter, no more rows are examined than returned
  const most = given.length === 0 ? limit + 1 : lookedAt;
  const { rows } = await db.query<LoggedNotification & { last: string | null; looked_at: number }>(
    `WITH looked_at AS MATERIALIZED (
       SELECT ${COLUMNS} FROM {schema}.notifications n
       WHERE ($2::uuid IS NULL OR n.id < $2) AND ${ofRecipient} ORDER BY n.id DESC LIMIT $3
     ), edge AS (
       SELECT (SELECT id FROM looked_at ORDER BY id LIMIT 1) AS last, (SELECT count(*) FROM looked_at)::integer AS looked_at)
     SELECT n.*, edge.last, edge.looked_at FROM edge LEFT JOIN LATERAL (
       SELECT * FROM looked_at n WHERE true ${conditions.join(' ')} ORDER BY n.id DESC LIMIT $1) n ON true ORDER BY n.id DESC`,
    [limit + 1, before, most, recipient ?? null, ...given.map(([, value]) => value)],
  );
  const edge = rows[0];
  const found = rows.filter(({ id }) => id !== null).map(({ last: _last, looked_at: _looked, ...row }) => row);
  if (found.length > limit) return { rows: found.slice(0, limit), next: found[limit - 1]?.id ?? null };
  return { rows: found, next: edge?.looked_at === most ? edge.last : null };
}

/** Undefined: there is none. */
export async function findNotification(db: Db, id: string): Promise<LoggedNotification | undefined> {
  const { rows } = await db.query<LoggedNotification & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM {schema}.notifications n WHERE n.id = $1`,
    [id],
  );
  return rows[0];
}

export interface DeliveryAttempt {
  /** An ISO time. */
  readonly at: string;
  readonly attempt: number;
  readonly status: string;
  readonly transport: string | null;
  readonly response_code: number | null;
  readonly response: string | null;
  readonly error: string | null;
}

/** The newest 200 entries of a notification's log as JSON, oldest first. */
export const attemptsOf = (id: string): string => `(
  SELECT coalesce(json_agg(json_build_object('at', to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'attempt', l.attempt, 'status', l.status, 'transport', l.transport, 'response_code', l.response_code,
      'response', l.response, 'error', l.error) ORDER BY l.id), '[]')
  FROM (SELECT * FROM {schema}.notification_log WHERE notification_id = ${id} ORDER BY id DESC LIMIT 200) l)`;

/** Undefined: there is no such notification. */
export async function listAttempts(db: Db, id: string): Promise<DeliveryAttempt[] | undefined> {
  const { rows } = await db.query<{ attempts: DeliveryAttempt[] }>(
    `SELECT ${attemptsOf('n.id')} AS attempts FROM {schema}.notifications n WHERE n.id = $1`,
    [id],
  );
  return rows[0]?.attempts;
}
