// Whether the host's table of updates has an index for reading by group.
import type { Db } from '../../../scheduler/public.js';

export async function areUpdatesIndexed(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ indexed: boolean }>('SELECT {schema}.digest_updates_indexed() AS indexed');
  return rows[0]?.indexed === true;
}
