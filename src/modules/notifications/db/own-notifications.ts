// Notifications as their users see them: a list in any order, one with its log, counts. Two branches, each behind an index of its own:
// the workspace's, and those of the user where there is no workspace.
import type { UserJobFilter, UserJobQuery, UserJobScope, UserJobSort, Db } from '../../../scheduler/public.js';

export interface OwnNotification {
  readonly id: string;
  readonly status: 'pending' | 'processing' | 'sent' | 'failed' | 'cancelled';
  readonly delivery_method: string;
  readonly notification_type: string;
  readonly category: string;
  readonly priority: string;
  readonly recipient_id: string | null;
  readonly group_id: string | null;
  readonly update_id: string | null;
  readonly batch_id: string | null;
  readonly message_id: string | null;
  readonly scheduled_for: Date;
  readonly processed_at: Date | null;
  readonly processing_time_ms: number | null;
  readonly time_until_scheduled_ms: number;
  readonly retry_count: number;
  readonly error: string | null;
  readonly created_at: Date;
  readonly sort_key: string;
}
type Row = OwnNotification & Record<string, unknown>;

const IN_HAND = 'ARRAY(SELECT unnest(c.job_ids) FROM {schema}.job_claims c)';
const STATUS = `CASE WHEN n.status = 'pending' AND n.id = ANY (${IN_HAND}) THEN 'processing' ELSE n.status END`;
const COLUMNS = `n.id, ${STATUS} AS status, n.delivery_method, n.notification_type, n.category,
  (ARRAY['urgent', 'high', 'normal', 'low'])[n.priority + 1] AS priority, n.recipient_id, n.group_id, n.update_id, n.batch_id,
  n.message_id, n.scheduled_for, n.processed_at, n.processing_ms AS processing_time_ms,
  CASE WHEN n.status = 'pending' THEN greatest(0, extract(epoch FROM n.scheduled_for - now()) * 1000)::float8 ELSE 0 END
    AS time_until_scheduled_ms,
  greatest(n.attempts - 1, 0)::integer AS retry_count, n.error, n.created_at`;

const OF_WORKSPACE = 'n.workspace_id = $1';
const OF_USER = 'n.workspace_id IS NULL AND n.user_id = $2';

const moment = (column: string, none: string): string =>
  `coalesce(to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), ${none})`;
/** `none` stands for no time: after all others. Constants. */
const sortKey = (sort: UserJobSort, none: `''` | `'~'`): string =>
  `(${
    {
      created_at: `''`,
      scheduled_for: moment('n.scheduled_for', none),
      processed_at: moment('n.processed_at', none),
      status: STATUS,
    }[sort]
  })::text COLLATE "C"`;

/** Conditions on what is stored, with `$n` after `offset`; a status that is not stored is left to `STATUS`. */
function conditions(filter: UserJobFilter, offset: number): { readonly sql: string; readonly values: unknown[] } {
  const { status, ...words } = filter;
  const values: unknown[] = [];
  const parts = Object.entries(given(words)).map(([name, value]) => {
    values.push(name === 'type' ? String(value).replace(/^notification\./, '') : value);
    return `n.${FILTERS[name as keyof typeof FILTERS]} = $${offset + values.length}`;
  });
  if (status !== undefined) {
    // the first condition is what indexes know, the second what is true
    const stored = status.map((one) => (one === 'processing' ? 'pending' : one));
    values.push(stored, status);
    parts.push(
      `n.status = ANY ($${offset + values.length - 1}::text[])`,
      `${STATUS} = ANY ($${offset + values.length}::text[])`,
    );
  }
  return { sql: ['true', ...parts].join(' AND '), values };
}

const FILTERS = {
  type: 'delivery_method',
  groupId: 'group_id',
  deliveryMethod: 'delivery_method',
  notificationType: 'notification_type',
  recipientId: 'recipient_id',
} as const;

const given = (words: object): object =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));

export async function listOwnNotifications(
  db: Db,
  { workspaceId, userId }: UserJobScope,
  { filter, sort, descending, after, offset, limit }: UserJobQuery,
): Promise<readonly OwnNotification[]> {
  const { sql, values } = conditions(filter, 6);
  const [direction, further, none] = descending ? (['DESC', '<', `''`] as const) : (['ASC', '>', `'~'`] as const);
  const key = sortKey(sort, none);
  // the order of ids alone is that of an index
  const byId = sort === 'created_at';
  const beyond = byId ? `$3::text = '' AND n.id ${further} $4` : `(${key}, n.id) ${further} ($3, $4)`;
  const order = byId ? `id ${direction}` : `sort_key ${direction}, id ${direction}`;
  const branch = (owner: string): string =>
    `(SELECT n.id, ${key} AS sort_key FROM {schema}.notifications n
      WHERE ${owner} AND ${sql} AND ($4::uuid IS NULL OR ${beyond}) ORDER BY ${order} LIMIT $5::bigint + $6::bigint)`;
  const { rows } = await db.query<Row>(
    `WITH page AS MATERIALIZED (
       SELECT id, sort_key FROM (${branch(OF_WORKSPACE)} UNION ALL ${branch(OF_USER)}) own
       ORDER BY ${order} LIMIT $5 OFFSET $6
     )
     SELECT ${COLUMNS}, page.sort_key FROM page JOIN {schema}.notifications n USING (id) ORDER BY ${order}`,
    [workspaceId, userId, after?.key ?? null, after?.id ?? null, limit, offset, ...values],
  );
  return rows;
}

export interface OwnDetail extends OwnNotification {
  readonly recipient: {
    readonly id: string;
    readonly name: string | null;
    readonly relationship: string | null;
  } | null;
  readonly logs: readonly DeliveryLog[];
}

export interface DeliveryLog {
  readonly at: string;
  readonly attempt: number;
  readonly status: string;
  readonly transport: string | null;
  readonly response_code: number | null;
  readonly response: string | null;
  readonly error: string | null;
}

const SHOWN_LOGS = 200;

/** Undefined: there is none, or it is somebody else's. */
export async function findOwnNotification(
  db: Db,
  { workspaceId, userId }: UserJobScope,
  id: string,
): Promise<OwnDetail | undefined> {
  const { rows } = await db.query<OwnDetail & Record<string, unknown>>(
    `SELECT ${COLUMNS}, '' AS sort_key,
       CASE WHEN r.id IS NOT NULL
         THEN json_build_object('id', r.id::text, 'name', r.name, 'relationship', r.relationship) END AS recipient,
       (SELECT coalesce(json_agg(json_build_object('at', to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'attempt', l.attempt, 'status', l.status, 'transport', l.transport, 'response_code', l.response_code,
           'response', l.response, 'error', l.error) ORDER BY l.id), '[]')
        FROM (SELECT * FROM {schema}.notification_log WHERE notification_id = n.id ORDER BY id LIMIT ${SHOWN_LOGS}) l) AS logs
     FROM {schema}.notifications n
     LEFT JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(n.recipient_id)
     WHERE n.id = $3 AND ((${OF_WORKSPACE}) OR (${OF_USER}))`,
    [workspaceId, userId, id],
  );
  return rows[0];
}

export interface OwnCounts {
  readonly total: number;
  readonly capped: boolean;
  readonly succeeded: number;
  readonly failed: number;
  readonly mean_ms: number | null;
  readonly overdue: number;
  readonly waiting: number;
  readonly active: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly delivery_methods: Readonly<Record<string, number>>;
}

const MOST_COUNTED = 10_000;

/** Counts over the newest 10,000 of the last `hours`. */
export async function countOwnNotifications(
  db: Db,
  { workspaceId, userId }: UserJobScope,
  hours: number,
): Promise<OwnCounts> {
  const branch = (owner: string): string =>
    `(SELECT n.id, ${STATUS} AS status, n.processing_ms, n.scheduled_for, n.delivery_method, n.created_at
      FROM {schema}.notifications n WHERE ${owner} ORDER BY n.id DESC LIMIT ${MOST_COUNTED})`;
  const { rows } = await db.query<OwnCounts & Record<string, unknown>>(
    `WITH own AS MATERIALIZED (
       SELECT * FROM (${branch(OF_WORKSPACE)} UNION ALL ${branch(OF_USER)}) b
       WHERE created_at >= now() - $3::integer * interval '1 hour' ORDER BY id DESC LIMIT ${MOST_COUNTED}
     )
     SELECT count(*)::integer AS total, count(*) = ${MOST_COUNTED} AS capped,
       count(*) FILTER (WHERE status = 'sent')::integer AS succeeded, count(*) FILTER (WHERE status = 'failed')::integer AS failed,
       (avg(processing_ms) FILTER (WHERE status = 'sent'))::float8 AS mean_ms,
       count(*) FILTER (WHERE status = 'pending' AND scheduled_for < now() - interval '1 minute')::integer AS overdue,
       count(*) FILTER (WHERE status = 'pending')::integer AS waiting,
       count(*) FILTER (WHERE status = 'processing')::integer AS active,
       (SELECT coalesce(json_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM own GROUP BY 1) s) AS statuses,
       (SELECT coalesce(json_object_agg(delivery_method, n), '{}')
        FROM (SELECT delivery_method, count(*) AS n FROM own GROUP BY 1) m) AS delivery_methods
     FROM own`,
    [workspaceId, userId, hours],
  );
  return rows[0] as OwnCounts;
}
