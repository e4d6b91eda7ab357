// The statements that read a page in the order of an index. They read only what the page needs, however many rows have the same key.
import type { Db } from '../../database.js';
import { type Narrowing, narrowingSql } from '../claim/narrowing.js';
import { SUBSCRIPTION_TABLES } from '../read/subscription-row.js';
import type { SortOrder } from './sorts.js';

export interface WalkLimits {
  /** Up to this number, ties are sorted. If there are more, ids are read in order, because many of them have the key. */
  readonly sortedTies: number;
  /** The number of ids that are read in that way before the ties are sorted after all. */
  readonly ids: number;
}

export const WALK_LIMITS: WalkLimits = { sortedTies: 20_000, ids: 50_000 };

const OF_ENTITIES: readonly (keyof Narrowing)[] = [
  'subscriptionIds',
  'userId',
  'tenantId',
  'frequency',
  'timezone',
  'search',
];

export interface Placed {
  readonly id: string;
  /** At full precision; null for rows without a key. */
  readonly key: string | null;
}

export interface Walk {
  readonly db: Db;
  readonly order: SortOrder;
  readonly narrowing: Narrowing;
  readonly now: Date | null;
  readonly limits: WalkLimits;
}

/** Collects the values of one statement. */
function parameters() {
  const values: unknown[] = [];
  const add = (value: unknown, cast = ''): string => {
    values.push(value);
    return `$${values.length}${cast}`;
  };
  return { values, add };
}
type Parameters = ReturnType<typeof parameters>;

const idCast = '::{schema}.{rows}_key';

const OWN = { processing: '{processing} p', entities: '{entities} s' } as const;
/** The other table is looked up row by row (OFFSET 0): with a join it would be read whole. */
const OTHER = {
  processing: 'CROSS JOIN LATERAL (SELECT * FROM {entities} e WHERE e.id = p.subscription_id OFFSET 0) s',
  entities:
    'LEFT JOIN LATERAL (SELECT * FROM {processing} q WHERE q.subscription_id = s.id AND NOT q.superseded OFFSET 0) p ON true',
} as const;

/** Includes the other table only if the filter needs it. */
function tablesOf({ order: { key }, narrowing }: Walk, own: string = OWN[key.table]): string {
  const names = (Object.keys(narrowing) as (keyof Narrowing)[]).filter((name) => narrowing[name] !== undefined);
  const isMine = (name: keyof Narrowing): boolean => OF_ENTITIES.includes(name) === (key.table === 'entities');
  return names.every(isMine) ? own : `${own} ${OTHER[key.table]}`;
}

/**
 * The condition for rows with a key. Rows that are due or in processing are before the present time, and the others after it: without that
 * bound, a search for a few rows would continue through all others. Rows in processing count as neither due nor upcoming.
 */
function inPlace({ order: { key }, narrowing, now }: Walk, { add }: Parameters): string {
  if (key.column !== 'p.next_run_at') return key.placed;
  const at = (moment: Date | null): string => `coalesce(${add(moment, '::timestamptz')}, now())`;
  if (narrowing.dueAt !== undefined) return `${key.placed} AND ${key.column} <= ${at(narrowing.dueAt)}`;
  if (narrowing.notDueAt !== undefined) return `${key.placed} AND ${key.column} > ${at(narrowing.notDueAt)}`;
  return narrowing.status === 'processing' ? `${key.placed} AND ${key.column} <= ${at(now)}` : key.placed;
}

/** The rows of a tenant are all in one bucket: the index by buckets leaves a 64th of the table to walk through. */
function ofBucket({ order: { key }, narrowing: { tenantId } }: Walk, { add }: Parameters): string {
  if (key.column !== 'p.next_run_at' || tenantId === undefined) return '';
  return `AND p.bucket = {schema}.{rows}_bucket(${add(tenantId, '::text')}, NULL)`;
}

function conditions(walk: Walk, given: Parameters): string {
  const placed = `${inPlace(walk, given)} ${ofBucket(walk, given)}`;
  const { sql, values } = narrowingSql(walk.narrowing, given.values.length + 1);
  given.values.push(...values);
  return `AND ${placed} ${sql}`;
}

async function select<R extends Record<string, unknown>>(db: Db, text: string, { values }: Parameters): Promise<R[]> {
  return (await db.query<R>(text, values)).rows;
}

/** The next keys, each with its number of rows; counting ends at `limit` rows. */
export function nextKeys(walk: Walk, after: string | null, limit: number): Promise<{ key: string; rows: number }[]> {
  const { key, direction, beyond } = walk.order;
  const given = parameters();
  const from = after === null ? '' : `AND ${key.column} ${beyond} ${given.add(after, key.cast)}`;
  return select(
    walk.db,
    `SELECT head.key::text AS key, count(*)::int AS rows FROM (
       SELECT ${key.column} AS key FROM ${tablesOf(walk)} WHERE true ${from} ${conditions(walk, given)}
        ORDER BY ${key.column} ${direction} LIMIT ${given.add(limit, '::int')}) AS head
      GROUP BY head.key ORDER BY head.key ${direction}`,
    given,
  );
}

/** All rows between two keys; there are few. */
export function between(
  walk: Walk,
  after: string | null,
  before: string,
): Promise<(Placed & Record<string, unknown>)[]> {
  const { key, direction, beyond } = walk.order;
  const given = parameters();
  const from = after === null ? '' : `AND ${key.column} ${beyond} ${given.add(after, key.cast)}`;
  const to = `AND ${given.add(before, key.cast)} ${beyond} ${key.column}`;
  return select(
    walk.db,
    `SELECT ${key.id}::text AS id, ${key.column}::text AS key FROM ${tablesOf(walk)}
      WHERE true ${from} ${to} ${conditions(walk, given)} ORDER BY ${key.column} ${direction}, ${key.id}`,
    given,
  );
}

/** Whether more than `sortedTies` rows have this key, regardless of the rest of the filter. */
export async function areMany(walk: Walk, value: string): Promise<boolean> {
  const { key } = walk.order;
  const { sortedTies } = walk.limits;
  const given = parameters();
  const is = `${key.column} = ${given.add(value, key.cast)} AND ${key.placed} ${ofBucket(walk, given)}`;
  const text = `SELECT count(*)::int AS rows FROM (SELECT FROM ${OWN[key.table]} WHERE ${is} LIMIT ${sortedTies + 1}) AS tied`;
  const [counted] = await select<{ rows: number }>(walk.db, text, given);
  return (counted?.rows ?? 0) > sortedTies;
}

const afterId = (id: string | null, column: string, given: Parameters): string =>
  id === null ? '' : `AND ${column} > ${given.add(id, idCast)}`;

export interface Ties {
  readonly key: string;
  /** Only rows with a greater id. */
  readonly after: string | null;
  readonly limit: number;
}

/** Reads the ties by the index on the key and sorts them by id. Materialized, because the planner might otherwise read all ids in order. */
export function sortTies(walk: Walk, { key, after, limit }: Ties): Promise<{ id: string }[]> {
  const { column, cast, id } = walk.order.key;
  const given = parameters();
  const where = `${column} = ${given.add(key, cast)} ${afterId(after, id, given)} ${conditions(walk, given)}`;
  return select(
    walk.db,
    `WITH tied AS MATERIALIZED (SELECT ${id} AS id FROM ${tablesOf(walk)} WHERE ${where})
     SELECT id::text AS id FROM tied ORDER BY tied.id LIMIT ${given.add(limit, '::int')}`,
    given,
  );
}

/** Reads a limited number of ids in order, and returns those that have the key. */
export function pickTies(walk: Walk, { key, after, limit }: Ties): Promise<{ id: string }[]> {
  const { column, cast, id, table } = walk.order.key;
  const given = parameters();
  const [own, alias] = OWN[table].split(' ');
  const ids = `(SELECT * FROM ${own} ${alias} WHERE true ${afterId(after, id, given)} ORDER BY ${id} LIMIT ${walk.limits.ids}) ${alias}`;
  const is = `${column} = ${given.add(key, cast)}`;
  return select(
    walk.db,
    `SELECT ${id}::text AS id FROM ${tablesOf(walk, ids)} WHERE ${is} ${conditions(walk, given)}
      ORDER BY ${id} LIMIT ${given.add(limit, '::int')}`,
    given,
  );
}

/** Rows without a key, in the order of their ids. */
export async function rest(walk: Walk, after: string | null, limit: number): Promise<Placed[]> {
  const { narrowing, order } = walk;
  const given = parameters();
  const from = afterId(after, 's.id', given);
  const count = given.add(limit, '::int');
  // the due rows without a next run, which are at the end of its index
  const isDue = narrowing.dueAt !== undefined && order.key.column === 'p.next_run_at';
  const outside = isDue ? 'p.runnable AND p.next_run_at IS NULL' : `(${inPlace(walk, given)}) IS NOT TRUE`;
  const { sql, values } = narrowingSql(narrowing, given.values.length + 1);
  given.values.push(...values);
  const text = `SELECT s.id::text AS id FROM ${SUBSCRIPTION_TABLES} WHERE ${outside} ${from} ${sql} ORDER BY s.id LIMIT ${count}`;
  return (await select<{ id: string }>(walk.db, text, given)).map(({ id }) => ({ id, key: null }));
}
