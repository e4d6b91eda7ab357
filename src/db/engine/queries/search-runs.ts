// Runs by how their id begins.
import type { Db } from '../../database.js';
import { inRange, prefixRanges } from '../../search/prefix.js';

export interface FoundRun {
  readonly id: string;
  readonly process: string;
  readonly status: string;
  readonly started_at: Date;
}

const SEARCH = `
SELECT f.id::text AS id, f.process, f.status, f.started_at FROM unnest($1::uuid[], $2::uuid[]) AS r (lo, hi) CROSS JOIN LATERAL (
  SELECT id, process, status, started_at FROM {schema}.scheduler_runs WHERE ${inRange('id', 'uuid')} ORDER BY id LIMIT $3) f`;

export async function searchRuns(db: Db, text: string, limit: number): Promise<readonly FoundRun[]> {
  const ranges = prefixRanges('uuid', text);
  if (ranges === null) return [];
  const { rows } = await db.query<FoundRun & Record<string, unknown>>(SEARCH, [ranges.from, ranges.to, limit]);
  return rows;
}
