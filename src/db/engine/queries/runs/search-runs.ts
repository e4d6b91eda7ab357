// Finds runs by a prefix of their id.
import type { Db } from '../../../database.js';
import { prefixRanges, rowsByUuid } from '../../../search/prefix.js';

export interface FoundRun {
  readonly id: string;
  readonly process: string;
  readonly status: string;
}

const RUNS = rowsByUuid('{schema}.scheduler_runs', 'id::text AS id, process, status');

export async function searchRuns(db: Db, text: string, limit: number): Promise<readonly FoundRun[]> {
  const ranges = prefixRanges('uuid', text);
  if (ranges === null) return [];
  const { rows } = await db.query<FoundRun & Record<string, unknown>>(RUNS, [ranges.from, ranges.to, limit]);
  return rows;
}
