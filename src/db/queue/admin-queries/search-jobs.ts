// Finds jobs by a prefix of their id, and users with jobs by a prefix of the user's id.
import type { Db } from '../../database.js';
import { distinctByPrefix, prefixRanges, rowsByUuid } from '../../search/prefix.js';

export interface FoundJob {
  readonly id: string;
  readonly type: string;
}

const JOBS = rowsByUuid('{schema}.jobs', 'id::text AS id, type');

export async function searchJobs(db: Db, text: string, limit: number): Promise<readonly FoundJob[]> {
  const ranges = prefixRanges('uuid', text);
  if (ranges === null) return [];
  const { rows } = await db.query<FoundJob & Record<string, unknown>>(JOBS, [ranges.from, ranges.to, limit]);
  return rows;
}

const USERS = distinctByPrefix(
  { table: '{schema}.jobs', column: 'user_id', kind: 'text', where: 'user_id IS NOT NULL' },
  ['$1', '$2', '$3'],
);

export async function searchJobUsers(db: Db, text: string, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ value: string }>(USERS, [[text], [null], limit]);
  return rows.map(({ value }) => value);
}
