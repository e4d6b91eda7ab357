// The rows of one user: those of the workspace, and the user's own rows without a workspace. These are two branches, each with its own
// index (owner, id); with OR between them the planner would read the whole table. $1 is the workspace, $2 the user.
import type { Db } from '../../database.js';

/** The columns by which lists can be sorted. */
export type UserJobSort = 'created_at' | 'scheduled_for' | 'processed_at' | 'status';

/** The owner of the rows: the workspace, or the user for rows without a workspace. */
export interface UserScope {
  readonly userId: string;
  readonly workspaceId: string | null;
}

/** The position at which a page ended. */
export interface UserJobMark {
  readonly key: string;
  readonly id: string;
}

export interface OwnPage {
  readonly sort: UserJobSort;
  readonly descending: boolean;
  /** Only rows after this position. */
  readonly after: UserJobMark | null;
  readonly offset: number;
  readonly limit: number;
}

/** Counts over the newest 10,000 rows of the last hours. */
export interface OwnMetrics {
  readonly total: number;
  readonly capped: boolean;
  readonly succeeded: number;
  readonly failed: number;
  /** Mean duration of those that succeeded; null: there are none. */
  readonly meanMs: number | null;
  /** Those that were due more than a minute ago. */
  readonly overdue: number;
  readonly waiting: number;
  readonly active: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly deliveryMethods: Readonly<Record<string, number>>;
}

/** A table of rows with owners (`workspace_id`, `user_id`), whose ids increase with time. All fields are constants of the program. */
export interface OwnRows {
  /** The prefix of the columns, including the dot: `n.` */
  readonly alias: string;
  /** The table with that alias, and its joins. */
  readonly from: string;
  /** Expressions. */
  readonly status: string;
  readonly processedAt: string;
  readonly durationMs: string;
  readonly dueAt: string;
  readonly deliveryMethod: string;
  /** Statuses. */
  readonly succeeded: string;
  readonly failed: string;
  readonly active: string;
  readonly waiting: readonly string[];
  /** The waiting statuses of rows that may be late. */
  readonly mayBeLate: readonly string[];
}

const ownersOf = ({ alias }: OwnRows): readonly string[] => [
  `${alias}workspace_id = $1`,
  `${alias}workspace_id IS NULL AND ${alias}user_id = $2`,
];

const branches = (rows: OwnRows, branch: (owner: string) => string): string =>
  ownersOf(rows).map(branch).join(' UNION ALL ');

const isOwn = (rows: OwnRows): string => `((${ownersOf(rows).join(') OR (')}))`;

const moment = (column: string, none: string): string =>
  `coalesce(to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), ${none})`;

/** `none` is the key of rows without a time, which sorts them after all others. */
function sortKey({ alias, processedAt, status }: OwnRows, sort: UserJobSort, none: `''` | `'~'`): string {
  const keys: Readonly<Record<UserJobSort, string>> = {
    created_at: `''`,
    scheduled_for: moment(`${alias}scheduled_for`, none),
    processed_at: moment(processedAt, none),
    status,
  };
  return `(${keys[sort]})::text COLLATE "C"`;
}

/** $3 and $4: the mark of the page before; $5 and $6: limit and offset. */
function pageSql(
  rows: OwnRows,
  { sort, descending }: Pick<OwnPage, 'sort' | 'descending'>,
  { columns, where }: { columns: string; where: string },
): string {
  const { alias, from } = rows;
  const [direction, further, none] = descending ? (['DESC', '<', `''`] as const) : (['ASC', '>', `'~'`] as const);
  const key = sortKey(rows, sort, none);
  // an index provides the order by id
  const byId = sort === 'created_at';
  const beyond = byId ? `$3::text = '' AND ${alias}id ${further} $4` : `(${key}, ${alias}id) ${further} ($3, $4)`;
  const order = (of: string): string =>
    byId ? `${of}id ${direction}` : `${of === alias ? '' : of}sort_key ${direction}, ${of}id ${direction}`;
  const branch = (owner: string): string =>
    `(SELECT ${alias}id, ${key} AS sort_key FROM ${from}
      WHERE ${owner} AND ${where} AND ($4::uuid IS NULL OR ${beyond}) ORDER BY ${order(alias)} LIMIT $5::bigint + $6::bigint)`;
  return `WITH page AS MATERIALIZED (
      SELECT id, sort_key FROM (${branches(rows, branch)}) own ORDER BY ${order('')} LIMIT $5 OFFSET $6
    )
    SELECT ${columns}, page.sort_key AS "sortKey" FROM ${from} JOIN page ON page.id = ${alias}id ORDER BY ${order('page.')}`;
}

const MOST_COUNTED = 10_000;

const listOf = (statuses: readonly string[]): string => statuses.map((status) => `'${status}'`).join(', ');

/** $3: hours. */
function countSql(rows: OwnRows, where: string): string {
  const { alias, from, status, durationMs, dueAt, deliveryMethod, succeeded, failed, active, waiting, mayBeLate } =
    rows;
  const branch = (owner: string): string =>
    `(SELECT ${alias}id, ${alias}created_at, ${status} AS status, ${durationMs} AS ms, ${dueAt} AS due, ${deliveryMethod} AS method
      FROM ${from} WHERE ${owner} AND ${where} ORDER BY ${alias}id DESC LIMIT ${MOST_COUNTED})`;
  return `WITH own AS MATERIALIZED (
      SELECT * FROM (${branches(rows, branch)}) b
      WHERE created_at >= now() - $3::integer * interval '1 hour' ORDER BY id DESC LIMIT ${MOST_COUNTED}
    )
    SELECT count(*)::integer AS total, count(*) = ${MOST_COUNTED} AS capped,
      count(*) FILTER (WHERE status = '${succeeded}')::integer AS succeeded,
      count(*) FILTER (WHERE status = '${failed}')::integer AS failed,
      (avg(ms) FILTER (WHERE status = '${succeeded}'))::float8 AS "meanMs",
      count(*) FILTER (WHERE status IN (${listOf(mayBeLate)}) AND due < now() - interval '1 minute')::integer AS overdue,
      count(*) FILTER (WHERE status IN (${listOf(waiting)}))::integer AS waiting,
      count(*) FILTER (WHERE status = '${active}')::integer AS active,
      (SELECT coalesce(json_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM own GROUP BY 1) s) AS statuses,
      (SELECT coalesce(json_object_agg(method, n), '{}')
       FROM (SELECT method, count(*) AS n FROM own WHERE method IS NOT NULL GROUP BY 1) m) AS "deliveryMethods"
    FROM own`;
}

/** Conditions on rows with their values; their `$n` start after `offset`. */
export type RowConditions = (offset: number) => { readonly sql: string; readonly values: readonly unknown[] };

export interface OwnRowsQuery {
  readonly columns: string;
  readonly conditions: RowConditions;
}

export interface OwnRowsQueries {
  /** The condition on one row; `$1` is the workspace, `$2` the user. */
  readonly isOwn: string;
  /** One page in any order; rows with equal keys are in the order of their ids. Each row has these columns and its `sortKey`. */
  list<R>(
    db: Db,
    scope: UserScope,
    page: OwnPage,
    wanted: OwnRowsQuery,
  ): Promise<readonly (R & { readonly sortKey: string })[]>;
  /** Counts over the newest 10,000 rows of the last `hours`. */
  count(db: Db, scope: UserScope, hours: number, conditions?: RowConditions): Promise<OwnMetrics>;
}

const ALL: RowConditions = () => ({ sql: 'true', values: [] });

export const ownRows = (rows: OwnRows): OwnRowsQueries => ({
  isOwn: isOwn(rows),
  async list<R>(db: Db, { workspaceId, userId }: UserScope, page: OwnPage, { columns, conditions }: OwnRowsQuery) {
    const { after, limit, offset } = page;
    const first = [workspaceId, userId, after?.key ?? null, after?.id ?? null, limit, offset];
    const { sql, values } = conditions(first.length);
    const found = await db.query(pageSql(rows, page, { columns, where: sql }), [...first, ...values]);
    return found.rows as (R & { readonly sortKey: string })[];
  },
  async count(db, { workspaceId, userId }, hours, conditions = ALL) {
    const first = [workspaceId, userId, hours];
    const { sql, values } = conditions(first.length);
    const counted = await db.query(countSql(rows, sql), [...first, ...values]);
    return counted.rows[0] as unknown as OwnMetrics;
  },
});
