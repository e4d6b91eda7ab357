// What a query needs to run: a connection and the schema that holds our own tables.
import type pg from 'pg';
import { SchedulerError } from '../base/errors.js';
import { isSchemaName, SCHEMA_NAMES } from '../base/schema-name.js';
import { createNameBook, SUBSCRIPTION_TABLES, type NameBook, type RowTables } from './names.js';
import { endBackends, findActive } from './wire/backends.js';
import { isOwnPool } from './pool.js';
import { createSilence, destroyConnection } from './silence.js';
import { statementError, unavailable } from './wire/connection-errors.js';
import { toParameter } from './wire/parameters.js';
import { RESULT_TYPES } from './wire/result-types.js';
import { BEGIN_WITH_SETTINGS, lookAtSettings } from './wire/session-settings.js';

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
  /** The tables that statements name. */
  readonly names: NameBook;
  /** Commits what `work` did, or rolls it back when `work` rejects. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
  /**
   * Cuts the connections on which a statement of ours has waited for its answer for longer than so many milliseconds: over a
   * network that fell silent none may ever come, and a pool would run dry of such connections. Returns how many.
   */
  cutSilent(waitedMs: number): number;
  /**
   * Costs nothing while every statement is answered. Where one has waited for longer than `waitedMs`, asks the server whether it is
   * at work on it, and cuts the connection if not; ends the backends that cut connections have left behind.
   */
  lookAfterSilent(waitedMs: number): Promise<void>;
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

/** Our view of a pool (the host's or our own). It never ends the pool: whoever made it does. */
export function createDatabase(pool: pg.Pool, schema: string, tables: RowTables = SUBSCRIPTION_TABLES): Database {
  const names = createNameBook(schema, tables);
  const silence = createSilence();
  /** Connections that were looked at: whether the settings that we rely on hold by default. */
  const suitable = new WeakMap<pg.PoolClient, boolean>();
  const ours = isOwnPool(pool);

  const watched = async <T>(client: pg.PoolClient, ask: () => Promise<T>): Promise<T> => {
    silence.asked(client);
    try {
      return await ask();
    } catch (error) {
      throw statementError(error);
    } finally {
      silence.answered(client);
    }
  };

  const isSuitable = async (client: pg.PoolClient): Promise<boolean> => {
    const known = suitable.get(client);
    if (known !== undefined) return known;
    const { suitable: holds, backend } = await watched(client, () => lookAtSettings(client, ours));
    suitable.set(client, holds);
    silence.know(client, backend);
    return holds;
  };

  /** When one connection was found silent, those that were last heard of before it are not waited for one by one. */
  async function connect(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        throw unavailable(error);
      });
      if (!silence.isSuspect(client)) return client;
      client.release(new Error('this connection may have fallen silent'));
      destroyConnection(client);
    }
  }

  type Work<T> = (run: Run, broken: (error: Error) => void, client: pg.PoolClient) => Promise<T>;

  /** Gives the connection back, or away when `work` says that it is broken. */
  async function withClient<T>(work: Work<T>): Promise<T> {
    const client = await connect();
    let broken: Error | undefined;
    const breakIt = (error: Error): void => void (broken = error);
    // a pool listens to its idle clients only: a connection lost in here would otherwise end the process
    client.on('error', breakIt);
    const run = runOn(client);
    try {
      return await work((text, values) => watched(client, () => run(text, values)), breakIt, client);
    } finally {
      client.release(broken);
      client.off('error', breakIt);
    }
  }

  const inTransaction = <T>(work: (run: Run) => Promise<T>): Promise<T> =>
    withClient(async (run, broken, client) => {
      try {
        await run((await isSuitable(client)) ? 'BEGIN' : BEGIN_WITH_SETTINGS);
        const result = await work(run);
        await run('COMMIT');
        return result;
      } catch (error) {
        await run('ROLLBACK').catch((failure: unknown) => broken(failure as Error));
        throw error;
      }
    });

  /** One statement, in a transaction of its own where the settings do not hold by default. */
  const plain: Run = (text, values) =>
    withClient(async (run, broken, client) => {
      try {
        if (await isSuitable(client)) return await run(text, values);
        await run(BEGIN_WITH_SETTINGS);
        const result = await run(text, values);
        await run('COMMIT');
        return result;
      } catch (error) {
        broken(error as Error);
        throw error;
      }
    });

  return {
    ...dbOf(plain, schema, names),
    names,
    transaction: (work) => inTransaction((run) => work(dbOf(run, schema, names))),
    cutSilent: (waitedMs) => silence.cut(waitedMs),
    async lookAfterSilent(waitedMs) {
      const slow = silence.slow(waitedMs);
      if (slow.length > 0) {
        const active = new Set(await findActive(plain, slow));
        silence.cut(waitedMs, new Set(slow.map(({ pid }) => pid).filter((pid) => !active.has(pid))));
      }
      const left = silence.takeLeft();
      if (left.length === 0) return;
      await endBackends(plain, left).catch((error: unknown) => {
        silence.putBack(left);
        throw error;
      });
    },
  };
}
