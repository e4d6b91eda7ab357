// The shortest question: is anybody there?
import type { Queryable } from '../../database.js';

/** Resolves when the server answers. */
export async function ping(db: Queryable): Promise<void> {
  await db.query('SELECT 1');
}
