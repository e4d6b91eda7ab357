// A kysely transaction as what `enqueue(…, { db })` takes.
import { CompiledQuery, type Transaction } from 'kysely';
import type { Queryable } from 'punctual';

export const ofKysely = <T>(trx: Transaction<T>): Queryable => ({
  query: async (text, values = []) => trx.executeQuery(CompiledQuery.raw(text, values)),
});
