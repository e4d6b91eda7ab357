// Jobs by how their id begins, and whose jobs there are by how the user's id begins.
import type { Db } from '../../database.js';
import { distinctByPrefix, inRange, prefixRanges } from '../../search/prefix.js';

export interface FoundJob {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  readonly created_at: Date;
}

const JOBS = `
SELECT f.id::text AS id, f.type, f.queue, f.created_at FROM unnest($1::uuid[], $2::uuid[]) AS r (lo, hi) CROSS JOIN LATERAL (
  SELECT id, type, queue, created_at FROM {schema}.jobs WHERE ${inRange('id', 'uuid')} ORDER BY id LIMIT $3) f`;

export async function searchJobs(db: Db, text: string, limit: number): Promise<readonly FoundJob[]> {
  const ranges = prefixRanges('uuid', text);
  if (ranges === null) return [];
  const { rows } = await db.query<FoundJob & Record<string, unknown>>(JOBS, [ranges.from, ranges.to, limit]);
  return rows;
}

// as the index of users has it: jobs of a workspace are found by their workspace
const USERS = distinctByPrefix(
  {
    table: '{schema}.jobs',
    column: 'user_id',
    kind: 'text',
    where: 'workspace_id IS NULL AND user_id IS NOT NULL',
  },
  ['$1', '$2', '$3'],
);

export async function searchJobUsers(db: Db, text: string, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ value: string }>(USERS, [[text], [null], limit]);
  return rows.map(({ value }) => value);
}
