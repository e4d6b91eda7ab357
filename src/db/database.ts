// What a query needs to run: a connection and the schema of our own tables.
import type pg from 'pg';
import { SchedulerError } from '../base/errors.js';
import { isSchemaName, SCHEMA_NAMES } from '../base/options/schema-name.js';
import { createNameBook, SUBSCRIPTION_TABLES, type NameBook, type RowTables } from './names.js';
import type { Backend } from './silence.js';
import { toParameter } from './wire/parameters.js';
import { RESULT_TYPES } from './wire/result-types.js';
import { watchPool, type Lease } from './watched-pool.js';

/**
 * What a host passes so that a job joins its transaction: a pg Pool, PoolClient or Client, or anything else that runs a statement with `$1`
 * parameters and returns `rows`. docs/embedding.md has recipes for ORMs.
 */
export interface Queryable {
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<Pick<pg.QueryResult<R>, 'rows'>>;
}

declare const knowsSchema: unique symbol;

/**
 * Runs statements in whose text `{schema}` and other placeholders (names.ts) stand for quoted names. Only the functions below create one,
 * so that no statement with a placeholder reaches a plain Queryable.
 */
export interface Db {
  readonly schema: string;
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
  readonly [knowsSchema]: true;
}

/** A Db that can also open transactions: one connection is taken for the whole of `work`. */
export interface Database extends Db {
  /** Commits what `work` did, or rolls it back if `work` rejects. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
}

/** The same, with additional members for the scheduler itself. */
export interface OwnDatabase extends Database {
  /** The tables that statements name. */
  readonly names: NameBook;
  /**
   * Abandons our statements that have waited for longer than `waitedMs`, slow or silent: each is cancelled on the server and its connection
   * closed. Returns their number.
   */
  cutSilent(waitedMs: number): number;
  /**
   * Costs nothing while every statement gets its response. If one has waited for longer than `waitedMs`, asks the server over a new
   * connection whether it is executing it, and closes the connection if not. Ends the backends that lost connections have left behind.
   */
  lookAfterSilent(waitedMs: number): Promise<void>;
  /** A connection outside the pool was lost: the next check ends its backend. */
  leftBehind(backend: Backend): void;
}

/** Runs statements whose results are not read, on any connection of pg. */
export interface Commands {
  query(text: string): Promise<unknown>;
}

type Run = (text: string, values?: unknown[]) => Promise<pg.QueryResult>;

/** Throws INVALID_CONFIG for a schema name that PostgreSQL would truncate, or that is not safe everywhere it is used. */
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

/** Fills in the placeholders of statements (names.ts), on a connection of pg. Throws INVALID_CONFIG for an invalid name. */
export const withSchema = (on: pg.ClientBase | pg.Pool, schema: string): Db => dbOf(runOn(on), schema);

/** A connection of pg uses our types, unless the host has wrapped its `query`. Nothing is known about other objects. */
const isOfPg = (from: Queryable): from is pg.ClientBase | pg.Pool =>
  !Object.hasOwn(from, 'query') &&
  (typeof (from as Partial<pg.ClientBase>).getTypeParser === 'function' ||
    typeof (from as Partial<pg.Pool>).totalCount === 'number');

/**
 * The host's own Queryable, often in its own transaction. Statements on it should return text, or JSON as text: an ORM may parse other
 * types differently.
 */
export const borrowed = (from: Queryable, schema: string): Db =>
  isOfPg(from)
    ? withSchema(from, schema)
    : dbOf(async (text, values) => (await from.query(text, values?.map(toParameter))) as pg.QueryResult, schema);

/** Our view of a pool (the host's or our own). It never ends the pool; its creator does. */
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

  /** One statement, in its own transaction if the default settings of the connection are not suitable. */
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
