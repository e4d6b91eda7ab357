// Whether the server accepts writes.
import type { Db } from '../../../database.js';

/** False on a standby. */
export async function acceptsWrites(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ primary: boolean }>('SELECT NOT pg_is_in_recovery() AS primary');
  return rows[0]?.primary === true;
}
