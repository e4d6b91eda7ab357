// The statements over the rows of one user. The workspace's rows and the user's own are two branches, each with its own index (owner, id);
// with OR between them the planner would read the whole table. $1 is the workspace, $2 the user.
import type { OwnPage, OwnRows, UserJobSort, Walk } from './own-rows-types.js';

/** In the order of creation, a page examines this number of rows and continues at the next page. */
const MOST_EXAMINED = 20_000;
/** In another order, this number of the newest rows is sorted. */
const MOST_SORTED = 50_000;
const MOST_COUNTED = 10_000;

/** With the text of its conditions. */
export type WalkText = Pick<Walk, 'withOwner'> & { readonly sql: string };

interface Branch {
  /** Rows that an index provides in the order of their ids. */
  readonly walked: string;
  readonly kept: string;
}

const ownersOf = ({ alias }: Pick<OwnRows, 'alias'>): readonly string[] => [
  `${alias}workspace_id = $1`,
  `${alias}workspace_id IS NULL AND ${alias}user_id = $2`,
];

export const isOwn = (rows: Pick<OwnRows, 'alias'>): string => `((${ownersOf(rows).join(') OR (')}))`;

function branchesOf(rows: OwnRows, walk: WalkText | undefined): readonly Branch[] {
  if (walk?.withOwner === false) return [{ walked: walk.sql, kept: isOwn(rows) }];
  return ownersOf(rows).map((owner) => ({ walked: `${owner} AND ${walk?.sql ?? 'true'}`, kept: 'true' }));
}

const union = (branches: readonly Branch[], toSql: (branch: Branch) => string): string =>
  branches.map(toSql).join(' UNION ALL ');

const nameOf = ({ alias }: OwnRows): string => alias.replace('.', '');

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

interface PageText {
  readonly columns: string;
  readonly where: string;
  readonly walk: WalkText | undefined;
}

type Order = Pick<OwnPage, 'sort' | 'descending'>;

/** $3 and $4: the mark of the page before; $5 and $6: limit and offset. */
export function pageSql(rows: OwnRows, order: Order, { columns, where, walk }: PageText): string {
  const branch = order.sort === 'created_at' ? walkedBranch(rows, order, where) : sortedBranch(rows, order, where);
  const by = (of: string): string => orderBy(order, of);
  return `WITH page AS MATERIALIZED (
      SELECT id, sort_key FROM (${union(branchesOf(rows, walk), branch)}) own ORDER BY ${by('')} LIMIT $5 OFFSET $6
    )
    SELECT ${columns}, page.sort_key AS "sortKey" FROM ${rows.from(rows.table)} JOIN page ON page.id = ${rows.alias}id
    ORDER BY ${by('page.')}`;
}

const directionOf = ({ descending }: Order): 'DESC' | 'ASC' => (descending ? 'DESC' : 'ASC');
const furtherOf = ({ descending }: Order): '<' | '>' => (descending ? '<' : '>');

const orderBy = (order: Order, of: string): string => {
  const byId = `${of}id ${directionOf(order)}`;
  return order.sort === 'created_at' ? byId : `${of}sort_key ${directionOf(order)}, ${byId}`;
};

/** Rows in the order of the index; those that do not meet the conditions count as examined. */
const walkedBranch =
  (rows: OwnRows, order: Order, where: string) =>
  ({ walked, kept }: Branch): string => {
    const { alias, table, from } = rows;
    const byId = `${alias}id ${directionOf(order)}`;
    const examined = `(SELECT * FROM ${table} ${nameOf(rows)}
        WHERE ${walked} AND ($4::uuid IS NULL OR $3::text = '' AND ${alias}id ${furtherOf(order)} $4)
        ORDER BY ${byId} LIMIT ${MOST_EXAMINED})`;
    return `(SELECT ${alias}id, ${sortKey(rows, 'created_at', `''`)} AS sort_key FROM ${from(examined)}
      WHERE ${kept} AND ${where} ORDER BY ${byId} LIMIT $5::bigint + $6::bigint)`;
  };

/** No index has this order. */
const sortedBranch =
  (rows: OwnRows, order: Order, where: string) =>
  ({ walked, kept }: Branch): string => {
    const { alias, table, from } = rows;
    const key = sortKey(rows, order.sort, order.descending ? `''` : `'~'`);
    const newest = `(SELECT * FROM ${table} ${nameOf(rows)} WHERE ${walked} ORDER BY ${alias}id DESC LIMIT ${MOST_SORTED})`;
    return `(SELECT ${alias}id, ${key} AS sort_key FROM ${from(newest)}
      WHERE ${kept} AND ${where} AND ($4::uuid IS NULL OR (${key}, ${alias}id) ${furtherOf(order)} ($3, $4))
      ORDER BY sort_key ${directionOf(order)}, ${alias}id ${directionOf(order)} LIMIT $5::bigint + $6::bigint)`;
  };

/** The last row that a page in the order of creation examines, if it examines as many as it may. `mark` is the id where the page before ended. */
export function edgeSql(
  rows: OwnRows,
  order: Order,
  { walk, mark }: { readonly walk: WalkText | undefined; readonly mark: string },
): string {
  const { alias, table } = rows;
  const branch = ({ walked }: Branch): string =>
    `(SELECT ${alias}id FROM ${table} ${nameOf(rows)} WHERE ${walked} AND (${mark}::uuid IS NULL OR ${alias}id ${furtherOf(order)} ${mark})
      ORDER BY ${alias}id ${directionOf(order)} OFFSET ${MOST_EXAMINED - 1} LIMIT 1)`;
  return `SELECT id FROM (${union(branchesOf(rows, walk), branch)}) edges ORDER BY id ${directionOf(order)} LIMIT 1`;
}

/** Whether a page in another order leaves out older rows. */
export function truncatedSql(rows: OwnRows, walk: WalkText | undefined): string {
  const { alias, table } = rows;
  const hasOlder = ({ walked }: Branch): string =>
    `EXISTS (SELECT FROM ${table} ${nameOf(rows)} WHERE ${walked} ORDER BY ${alias}id DESC OFFSET ${MOST_SORTED} LIMIT 1)`;
  return `SELECT ${branchesOf(rows, walk).map(hasOlder).join(' OR ')} AS more`;
}

const listOf = (statuses: readonly string[]): string => statuses.map((status) => `'${status}'`).join(', ');

/** $3: hours. Rows that do not meet the conditions are among the newest as well, so that the number of rows that are read is limited. */
export function countSql(rows: OwnRows, where: string): string {
  const { alias, table, from, status, durationMs, dueAt, deliveryMethod, succeeded, failed, active } = rows;
  const newest = ({ walked }: Branch): string =>
    `(SELECT * FROM ${table} ${nameOf(rows)} WHERE ${walked} ORDER BY ${alias}id DESC LIMIT ${MOST_COUNTED})`;
  const branch = (one: Branch): string =>
    `(SELECT ${alias}id, ${alias}created_at, ${status} AS status, ${durationMs} AS ms, ${dueAt} AS due, ${deliveryMethod} AS method,
        (${where}) AS counted
      FROM ${from(newest(one))})`;
  return `WITH examined AS MATERIALIZED (
      SELECT * FROM (${union(branchesOf(rows, undefined), branch)}) b
      WHERE created_at >= now() - $3::integer * interval '1 hour' ORDER BY id DESC LIMIT ${MOST_COUNTED}
    ), own AS (SELECT * FROM examined WHERE counted)
    SELECT count(*)::integer AS total, (SELECT count(*) = ${MOST_COUNTED} FROM examined) AS capped,
      count(*) FILTER (WHERE status = '${succeeded}')::integer AS succeeded,
      count(*) FILTER (WHERE status = '${failed}')::integer AS failed,
      (avg(ms) FILTER (WHERE status = '${succeeded}'))::float8 AS "meanMs",
      count(*) FILTER (WHERE status IN (${listOf(rows.mayBeLate)}) AND due < now() - interval '1 minute')::integer AS overdue,
      count(*) FILTER (WHERE status IN (${listOf(rows.waiting)}))::integer AS waiting,
      count(*) FILTER (WHERE status = '${active}')::integer AS active,
      (SELECT coalesce(json_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM own GROUP BY 1) s) AS statuses,
      (SELECT coalesce(json_object_agg(method, n), '{}')
       FROM (SELECT method, count(*) AS n FROM own WHERE method IS NOT NULL GROUP BY 1) m) AS "deliveryMethods"
    FROM own`;
}
