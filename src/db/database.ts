// What a query needs to run: a connection and the schema that holds our own tables.
import type pg from 'pg';
import { systemClock } from '../base/clock.js';
import { SchedulerError } from '../base/errors.js';
import { createNameBook, SUBSCRIPTION_TABLES, type NameBook, type RowTables } from './names.js';

/** A pg Pool, PoolClient or Client: anything with `query`. A host may pass its own client to join its transaction. */
export interface Queryable {
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
}

/** A Queryable that knows our schema: in the text of a statement `{schema}` stands for its quoted name. */
export interface Db extends Queryable {
  readonly schema: string;
}

/** A Db that can also open transactions: one connection is taken for the whole of `work`. */
export interface Database extends Db {
  /** The tables that statements name. */
  readonly names: NameBook;
  /** Commits what `work` did, or rolls it back when `work` rejects. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
  /**
   * Cuts the connections on which a statement of ours has waited for its answer for longer than so many milliseconds: over a
   * network that fell silent none may ever come, and a pool would run dry of such connections. Answers how many.
   */
  cutSilent(waitedMs: number): number;
}

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;

/** Fills the placeholders of statements in (names.ts). Throws INVALID_CONFIG for a schema that is not a plain identifier. */
export function withSchema(queryable: Queryable, schema: string, names: NameBook = createNameBook(schema)): Db {
  if (!IDENTIFIER.test(schema)) {
    throw new SchedulerError(
      'INVALID_CONFIG',
      `schema "${schema}" must be lower-case letters, digits and underscores`,
      {
        schema,
      },
    );
  }
  return { schema, query: (text, values) => queryable.query(names.render(text), values) };
}

/** Our view of a pool (the host's or our own). It never ends the pool: whoever made it does. */
export function createDatabase(pool: pg.Pool, schema: string, tables: RowTables = SUBSCRIPTION_TABLES): Database {
  const names = createNameBook(schema, tables);
  /** Connections that wait for the answer to a statement of ours, and since when. */
  const waiting = new Map<pg.PoolClient, number>();

  const watched = (client: pg.PoolClient): Queryable => ({
    query: async (text, values) => {
      waiting.set(client, systemClock.monotonicMs());
      try {
        return await client.query(text, values);
      } finally {
        waiting.delete(client);
      }
    },
  });

  /** Gives the connection back, or away when `work` says that it is broken. */
  async function withClient<T>(work: (on: Queryable, broken: (error: Error) => void) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    const breakIt = (error: Error): void => void (broken = error);
    // a pool listens to its idle clients only: a connection lost in here would otherwise end the process
    client.on('error', breakIt);
    try {
      return await work(watched(client), breakIt);
    } finally {
      client.release(broken);
      client.off('error', breakIt);
    }
  }

  const plain: Queryable = {
    query: (text, values) =>
      withClient((on, broken) =>
        on.query(text, values).catch((error: unknown) => {
          broken(error as Error);
          throw error;
        }),
      ),
  } as Queryable;

  return {
    ...withSchema(plain, schema, names),
    names,
    transaction: (work) =>
      withClient(async (on, broken) => {
        try {
          await on.query('BEGIN');
          const result = await work(withSchema(on, schema, names));
          await on.query('COMMIT');
          return result;
        } catch (error) {
          await on.query('ROLLBACK').catch((failure: unknown) => broken(failure as Error));
          throw error;
        }
      }),
    cutSilent: (waitedMs) => {
      const before = systemClock.monotonicMs() - waitedMs;
      const silent = [...waiting].filter(([, since]) => since < before).map(([client]) => client);
      silent.forEach(destroy);
      return silent.length;
    },
  };
}

/** Cuts the socket: whoever waits on it is told at once. */
function destroy(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
