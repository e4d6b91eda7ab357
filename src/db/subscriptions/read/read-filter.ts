// Checks whether the values of a filter are valid: ids have the types of the host's columns.
import type { Db } from '../../database.js';
import { type Narrowing, narrowingSql } from '../claim/narrowing.js';

/** Reads no rows. Rejects with the server's error if a value is not valid for the type of its column. */
export async function readFilter(db: Db, narrowing: Narrowing): Promise<void> {
  const { sql, values } = narrowingSql(narrowing, 1);
  const text = `SELECT FROM {entities} s JOIN {processing} p ON p.subscription_id = s.id WHERE false ${sql}`;
  await db.query(text, values);
}
