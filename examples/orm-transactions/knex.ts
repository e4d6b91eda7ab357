// A knex transaction as what `enqueue(…, { db })` takes: the pg connection that the transaction holds.
import type { Knex } from 'knex';
import type { ClientBase } from 'pg';
import type { Queryable } from 'punctual';

export const ofKnex = (trx: Knex.Transaction): Queryable => ({
  query: async (text, values) => {
    const connection = (await (trx.client as Knex.Client).acquireConnection()) as ClientBase;
    return connection.query(text, values);
  },
});
