// What a query needs to run: a connection and the schema that holds our own tables.
import type pg from 'pg';
import { SchedulerError } from '../base/errors.js';
import { isSchemaName, SCHEMA_NAMES } from '../base/options/schema-name.js';
import { createNameBook, SUBSCRIPTION_TABLES, type NameBook, type RowTables } from './names.js';
import type { Backend } from './silence.js';
import { toParameter } from './wire/parameters.js';
import { RESULT_TYPES } from './wire/result-types.js';
import { watchPool, type Lease } from './watched-pool.js';

/**
 * What a host passes to have a job join its transaction: a pg Pool, PoolClient or Client, or anything else that runs a statement
 * with `$1` parameters and returns `rows`. Docs/embedding.md has recipes for ORMs.
 */
export interface Queryable {
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<Pick<pg.QueryResult<R>, 'rows'>>;
}

declare const knowsSchema: unique symbol;

/**
 * Runs statements in whose text `{schema}` and other placeholders (names.ts) stand for quoted names. Only the functions below make
 * one, so that no statement with a placeholder reaches a plain Queryable.
 */
export interface Db {
  readonly schema: string;
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
  readonly [knowsSchema]: true;
}

/** A Db that can also open transactions: one connection is taken for the whole of `work`. */
export interface Database extends Db {
  /** Commits what `work` did, or rolls it back when `work` rejects. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
}

/** The same with what only the scheduler itself may use. */
export interface OwnDatabase extends Database {
  /** The tables that statements name. */
  readonly names: NameBook;
  /**
   * Gives up the statements of ours that have waited for longer than `waitedMs`, slow or silent: each is cancelled on the server
   * and its connection cut. Returns how many.
   */
  cutSilent(waitedMs: number): number;
  /**
   * Costs nothing while every statement is answered. Where one has waited for longer than `waitedMs`, asks the server over a new
   * connection whether it is at work on it, and cuts the connection if not. Ends the backends that lost connections left behind.
   */
  lookAfterSilent(waitedMs: number): Promise<void>;
  /** A connection beside the pool was lost without a farewell: the next look ends this backend of it. */
  leftBehind(backend: Backend): void;
}

/** Runs statements whose results nobody reads: any connection of pg will do. */
export interface Commands {
  query(text: string): Promise<unknown>;
}

type Run = (text: string, values?: unknown[]) => Promise<pg.QueryResult>;

/** Throws INVALID_CONFIG for a schema that PostgreSQL would cut, or that is not safe in every place where its name stands. */
function dbOf(run: Run, schema: string, names: NameBook = createNameBook(schema)): Db {
  if (!isSchemaName(schema)) {
    throw new SchedulerError('INVALID_CONFIG', `schema "${schema}" must be ${SCHEMA_NAMES}`, { schema });
  }
  return { schema, query: (text, values) => run(names.render(text), values) } as Db;
}

/** Runs statements on a client or pool of pg, with our own types on the way in and out. */
const runOn =
  (on: pg.ClientBase | pg.Pool): Run =>
  (text, values) =>
    on.query({ text, ...(values && { values: values.map(toParameter) }), types: RESULT_TYPES });

/** Fills the placeholders of statements in (names.ts), on a connection of pg. Throws INVALID_CONFIG for a name that cannot be one. */
export const withSchema = (on: pg.ClientBase | pg.Pool, schema: string): Db => dbOf(runOn(on), schema);

/** A connection of pg takes our types, unless the host has put a `query` of its own before it; of anything else nothing is known. */
const isOfPg = (from: Queryable): from is pg.ClientBase | pg.Pool =>
  !Object.hasOwn(from, 'query') &&
  (typeof (from as Partial<pg.ClientBase>).getTypeParser === 'function' ||
    typeof (from as Partial<pg.Pool>).totalCount === 'number');

/**
 * A host's own Queryable, often in a transaction of its own. What runs on it should return text, or JSON as text: an ORM may read
 * other types in a way of its own.
 */
export const borrowed = (from: Queryable, schema: string): Db =>
  isOfPg(from)
    ? withSchema(from, schema)
    : dbOf(async (text, values) => (await from.query(text, values?.map(toParameter))) as pg.QueryResult, schema);

/** Our view of a pool (the host's or our own). It never ends the pool: its maker does. */
export function createDatabase(pool: pg.Pool, schema: string, tables: RowTables = SUBSCRIPTION_TABLES): OwnDatabase {
  const names = createNameBook(schema, tables);
  const watch = watchPool(pool);

  const runOf = ({ client, watched }: Lease): Run => {
    const run = runOn(client);
    return (text, values) => watched(() => run(text, values));
  };

  const inTransaction = <T>(work: (run: Run) => Promise<T>): Promise<T> =>
    watch.withClient(async (lease) => {
      const run = runOf(lease);
      try {
        await run((await watch.factsOf(lease)).begin);
        const result = await work(run);
        await run('COMMIT');
        return result;
      } catch (error) {
        await run('ROLLBACK').catch((failure: unknown) => lease.broken(failure as Error));
        throw error;
      }
    });

  /** One statement, in a transaction of its own where the settings do not hold by default. */
  const plain: Run = (text, values) =>
    watch.withClient(async (lease) => {
      const run = runOf(lease);
      const { suitable, begin } = await watch.factsOf(lease);
      if (suitable) return run(text, values);
      try {
        await run(begin);
        const result = await run(text, values);
        await run('COMMIT');
        return result;
      } catch (error) {
        lease.broken(error as Error);
        throw error;
      }
    });

  return {
    ...dbOf(plain, schema, names),
    names,
    transaction: (work) => inTransaction((run) => work(dbOf(run, schema, names))),
    cutSilent: watch.cutSilent,
    lookAfterSilent: watch.lookAfterSilent,
    leftBehind: watch.leftBehind,
  };
}
