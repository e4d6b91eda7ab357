// What a query needs to run: a connection and the schema that holds our own tables.
import type pg from 'pg';
import { SchedulerError } from '../base/errors.js';

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
  /** Commits what `work` did, or rolls it back when `work` rejects. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
}

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;

/** Makes `{schema}` in statements stand for `schema`. Throws INVALID_CONFIG for a name that is not a plain identifier. */
export function withSchema(queryable: Queryable, schema: string): Db {
  if (!IDENTIFIER.test(schema)) {
    throw new SchedulerError(
      'INVALID_CONFIG',
      `schema "${schema}" must be lower-case letters, digits and underscores`,
      {
        schema,
      },
    );
  }
  const rendered = new Map<string, string>();
  const render = (text: string): string => {
    let sql = rendered.get(text);
    if (sql === undefined) {
      sql = text.replaceAll('{schema}', `"${schema}"`);
      if (rendered.size < 1_000) rendered.set(text, sql);
    }
    return sql;
  };
  return { schema, query: (text, values) => queryable.query(render(text), values) };
}

/** Our view of a pool (the host's or our own). It never ends the pool: whoever made it does. */
export function createDatabase(pool: pg.Pool, schema: string): Database {
  return {
    ...withSchema(pool, schema),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // a pool listens to its idle clients only: a connection lost in here would otherwise end the process
      const onLost = (error: Error): void => void (broken = error);
      client.on('error', onLost);
      try {
        await client.query('BEGIN');
        const result = await work(withSchema(client, schema));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: unknown) => {
          broken = failure as Error;
        });
        throw error;
      } finally {
        client.release(broken);
        client.off('error', onLost);
      }
    },
  };
}
