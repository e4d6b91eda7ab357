// Whether the database can read a filter's values at all: ids have whatever type the host's tables give them.
import type { Db } from '../../database.js';
import { type Narrowing, narrowingSql } from '../claim/narrowing.js';

/** Finds nothing and reads no row; rejects as the server does when a value is not of its column's type. */
export async function readFilter(db: Db, narrowing: Narrowing): Promise<void> {
  const { sql, values } = narrowingSql(narrowing, 1);
  const text = `SELECT FROM {entities} s JOIN {processing} p ON p.subscription_id = s.id WHERE false ${sql}`;
  await db.query(text, values);
}
