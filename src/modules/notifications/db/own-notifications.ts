// Notifications for their users: a list in any order, one with its log, and counts.
import {
  ownRows,
  type Db,
  type OwnMetrics,
  type OwnRowsPage,
  type RowConditions,
  type UserJobFilter,
  type UserJobQuery,
  type UserScope,
  type Walk,
} from '../../../scheduler/public.js';
import { attemptsOf, type DeliveryAttempt } from './notification-log.js';

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
  readonly sortKey: string;
}

const IN_HAND = 'SELECT unnest(c.job_ids) FROM {schema}.job_claims c';
// IN is hashed; with many claimed jobs, ANY would compare each pending notification with each of them
const STATUS = `CASE WHEN n.status = 'pending' AND n.id IN (${IN_HAND}) THEN 'processing' ELSE n.status END`;
const COLUMNS = `n.id, ${STATUS} AS status, n.delivery_method, n.notification_type, n.category,
  (ARRAY['urgent', 'high', 'normal', 'low'])[n.priority + 1] AS priority, n.recipient_id, n.group_id, n.update_id, n.batch_id,
  n.message_id, n.scheduled_for, n.processed_at, n.processing_ms AS processing_time_ms,
  CASE WHEN n.status = 'pending' THEN greatest(0, extract(epoch FROM n.scheduled_for - now()) * 1000)::float8 ELSE 0 END
    AS time_until_scheduled_ms,
  greatest(n.attempts - 1, 0)::integer AS retry_count, n.error, n.created_at`;

const OWN = ownRows({
  alias: 'n.',
  table: '{schema}.notifications',
  from: (rows) => `${rows} n`,
  status: STATUS,
  processedAt: 'n.processed_at',
  durationMs: 'n.processing_ms',
  dueAt: 'n.scheduled_for',
  deliveryMethod: 'n.delivery_method',
  ...{ succeeded: 'sent', failed: 'failed', active: 'processing' },
  waiting: ['pending'],
  mayBeLate: ['pending'],
});

/** Conditions on what is stored, with `$n` after `offset`; a status that is not stored is left to `STATUS`. */
function conditions(filter: UserJobFilter, offset: number): ReturnType<RowConditions> {
  const { status, ...words } = filter;
  const values: unknown[] = [];
  const parts = Object.entries(given(words)).map(([name, value]) => {
    values.push(name === 'type' ? String(value).replace(/^notification\./, '') : value);
    return `n.${FILTERS[name as keyof typeof FILTERS]} = $${offset + values.length}`;
  });
  if (status !== undefined) {
    // the first condition is cheap, the second is exact
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

const ofColumn = (column: 'recipient_id' | 'group_id', id: string): Walk => ({
  rows: (offset) => ({ sql: `n.${column} = $${offset + 1}`, values: [id] }),
  withOwner: false,
});

/** Filters that an index serves, in the order of ids. Those that few notifications meet come first. */
function walkOf({ status, recipientId }: UserJobFilter): Walk | undefined {
  if (status?.every((one) => one === 'processing'))
    return { rows: () => ({ sql: `n.id = ANY (ARRAY(${IN_HAND}))`, values: [] }), withOwner: false };
  if (recipientId !== undefined) return ofColumn('recipient_id', recipientId);
  // the predicate of an index (migration 0004)
  if (status?.every((one) => one === 'failed' || one === 'cancelled'))
    return { rows: () => ({ sql: `n.status IN ('failed', 'cancelled')`, values: [] }), withOwner: true };
  return undefined;
}

export async function listOwnNotifications(
  db: Db,
  scope: UserScope,
  { filter, ...page }: UserJobQuery,
): Promise<OwnRowsPage<OwnNotification>> {
  const list = (walk: Walk | undefined): Promise<OwnRowsPage<OwnNotification>> =>
    OWN.list<OwnNotification>(db, scope, page, {
      columns: COLUMNS,
      conditions: (offset) => conditions(filter, offset),
      ...(walk === undefined ? {} : { walk }),
    });
  const walk = walkOf(filter);
  const found = await list(walk);
  const isWhole = found.edge === null && !found.truncated;
  if (isWhole || walk !== undefined || filter.groupId === undefined) return found;
  // groups may be shared: their index is for owners with more notifications than a page examines
  return list(ofColumn('group_id', filter.groupId));
}

export interface OwnDetail extends OwnNotification {
  readonly recipient: {
    readonly id: string;
    readonly name: string | null;
    readonly relationship: string | null;
  } | null;
  readonly logs: readonly DeliveryAttempt[];
}

/** Undefined: there is none, or it belongs to someone else. */
export async function findOwnNotification(
  db: Db,
  { workspaceId, userId }: UserScope,
  id: string,
): Promise<OwnDetail | undefined> {
  const { rows } = await db.query<OwnDetail & Record<string, unknown>>(
    `SELECT ${COLUMNS}, '' AS "sortKey",
       CASE WHEN r.id IS NOT NULL
         THEN json_build_object('id', r.id::text, 'name', r.name, 'relationship', r.relationship) END AS recipient,
       ${attemptsOf('n.id')} AS logs
     FROM {schema}.notifications n
     LEFT JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(n.recipient_id)
     WHERE n.id = $3 AND ${OWN.isOwn}`,
    [workspaceId, userId, id],
  );
  return rows[0];
}

/** Counts over the notifications of the last `hours` among the newest 10,000 of the owner. */
export const countOwnNotifications = (db: Db, scope: UserScope, hours: number): Promise<OwnMetrics> =>
  OWN.count(db, scope, hours);
