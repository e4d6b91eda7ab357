// The statements of a walk in the order of an index. They read what the page needs, however many rows have the same key.
import type { Db } from '../../database.js';
import { type Narrowing, narrowingSql } from '../claim/narrowing.js';
import { SUBSCRIPTION_TABLES } from '../queries/subscription-row.js';
import type { SortOrder } from './sorts.js';

export interface WalkLimits {
  /** Ties are sorted up to this number; among more of them, rows are taken by their ids, of which many are ties. */
  readonly sortedTies: number;
  /** Ids looked at in that way, before the ties are sorted after all. */
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
  /** At full precision; null for what has no place in the order. */
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
/** The other table is looked up row by row (OFFSET 0): as a join it would be read whole. */
const OTHER = {
  processing: 'CROSS JOIN LATERAL (SELECT * FROM {entities} e WHERE e.id = p.subscription_id OFFSET 0) s',
  entities:
    'LEFT JOIN LATERAL (SELECT * FROM {processing} q WHERE q.subscription_id = s.id AND NOT q.superseded OFFSET 0) p ON true',
} as const;

/** The other table only where the filter needs it. */
function tablesOf({ order: { key }, narrowing }: Walk, own: string = OWN[key.table]): string {
  const names = (Object.keys(narrowing) as (keyof Narrowing)[]).filter((name) => narrowing[name] !== undefined);
  const isMine = (name: keyof Narrowing): boolean => OF_ENTITIES.includes(name) === (key.table === 'entities');
  return names.every(isMine) ? own : `${own} ${OTHER[key.table]}`;
}

/**
 * Rows that have a place in the order. What is due or runs stands before now, and what is not due after it: without that end, a walk
 * for the few would go on through all the others. What runs is neither due nor still to come.
 */
function inPlace({ order: { key }, narrowing, now }: Walk, { add }: Parameters): string {
  if (key.column !== 'p.next_run_at') return key.placed;
  const at = (moment: Date | null): string => `coalesce(${add(moment, '::timestamptz')}, now())`;
  if (narrowing.dueAt !== undefined) return `${key.placed} AND ${key.column} <= ${at(narrowing.dueAt)}`;
  if (narrowing.notDueAt !== undefined) return `${key.placed} AND ${key.column} > ${at(narrowing.notDueAt)}`;
  return narrowing.status === 'processing' ? `${key.placed} AND ${key.column} <= ${at(now)}` : key.placed;
}

function conditions(walk: Walk, given: Parameters): string {
  const placed = inPlace(walk, given);
  const { sql, values } = narrowingSql(walk.narrowing, given.values.length + 1);
  given.values.push(...values);
  return `AND ${placed} ${sql}`;
}

async function select<R extends Record<string, unknown>>(db: Db, text: string, { values }: Parameters): Promise<R[]> {
  return (await db.query<R>(text, values)).rows;
}

/** The keys that come next, each with its number of rows; counting ends with `limit` rows. */
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

/** All rows between two keys, which are few. */
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

/** Counted as far as it matters, whatever else the filter says. */
export async function areMany({ db, order: { key }, limits: { sortedTies } }: Walk, value: string): Promise<boolean> {
  const given = parameters();
  const is = `${key.column} = ${given.add(value, key.cast)} AND ${key.placed}`;
  const text = `SELECT count(*)::int AS rows FROM (SELECT FROM ${OWN[key.table]} WHERE ${is} LIMIT ${sortedTies + 1}) AS tied`;
  const [counted] = await select<{ rows: number }>(db, text, given);
  return (counted?.rows ?? 0) > sortedTies;
}

const afterId = (id: string | null, column: string, given: Parameters): string =>
  id === null ? '' : `AND ${column} > ${given.add(id, idCast)}`;

export interface Ties {
  readonly key: string;
  /** Those with a greater id. */
  readonly after: string | null;
  readonly limit: number;
}

/** By an index on the key, and sorted by id. Materialized, or the planner may walk through all ids after all. */
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

/** In the order of the ids, as far as some number of them. */
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

/** What has no place in the order, by id. */
export async function rest(walk: Walk, after: string | null, limit: number): Promise<Placed[]> {
  const { narrowing, order } = walk;
  const given = parameters();
  const from = afterId(after, 's.id', given);
  const count = given.add(limit, '::int');
  // of what is due, those without a next run, which stand at the end of its index
  const isDue = narrowing.dueAt !== undefined && order.key.column === 'p.next_run_at';
  const outside = isDue ? 'p.runnable AND p.next_run_at IS NULL' : `(${inPlace(walk, given)}) IS NOT TRUE`;
  const { sql, values } = narrowingSql(narrowing, given.values.length + 1);
  given.values.push(...values);
  const text = `SELECT s.id::text AS id FROM ${SUBSCRIPTION_TABLES} WHERE ${outside} ${from} ${sql} ORDER BY s.id LIMIT ${count}`;
  return (await select<{ id: string }>(walk.db, text, given)).map(({ id }) => ({ id, key: null }));
}
