// The newest dead letters, grouped by type, code and kind of error.
import type { Db } from '../../database.js';
import { errorGroup } from './error-group.js';

export interface DeadGroupFilter {
  readonly type?: string;
  readonly queue?: string;
}

export interface DeadGroup {
  readonly type: string;
  readonly errorCode: string;
  /** The message, with `#` in place of ids, addresses and numbers. */
  readonly error: string;
  readonly count: number;
  /** When the first and the last of them died. */
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** The last of them, and its original message. */
  readonly sampleId: string;
  readonly sampleMessage: string | null;
}

export interface DeadGroups {
  /** The largest first. */
  readonly items: readonly DeadGroup[];
  /** True: there are more dead letters or groups than were examined. */
  readonly capped: boolean;
}

export interface DeadGroupLimits {
  /** The newest dead letters, whatever their type. */
  readonly lookedAt: number;
  /** Those of them that match the filter. */
  readonly grouped: number;
  readonly groups: number;
}

const GROUPS = `
WITH newest AS (
  SELECT j.id, j.type, j.queue, j.error_code, j.error_message, j.dead_at FROM {schema}.jobs j
  WHERE j.dead_at IS NOT NULL ORDER BY j.dead_at DESC LIMIT $1
), matching AS (
  SELECT n.* FROM newest n WHERE ($3::text IS NULL OR n.type = $3) AND ($4::text IS NULL OR n.queue = $4)
  ORDER BY n.dead_at DESC LIMIT $2
), grouped AS (
  SELECT m.type, m.error_code, ${errorGroup('m.error_message')} AS error, count(*)::integer AS n,
    min(m.dead_at) AS first_at, max(m.dead_at) AS last_at, (array_agg(m.id ORDER BY m.dead_at DESC, m.id DESC))[1] AS sample_id
  FROM matching m GROUP BY 1, 2, 3
)
SELECT g.type, coalesce(g.error_code, 'UNKNOWN') AS "errorCode", g.error, g.n AS count, g.first_at AS "firstAt",
  g.last_at AS "lastAt", g.sample_id AS "sampleId", s.error_message AS "sampleMessage", g.all_n AS "allCounts", g.all_groups AS "allGroups"
FROM (
  SELECT *, (sum(n) OVER ())::integer AS all_n, (count(*) OVER ())::integer AS all_groups FROM grouped
  ORDER BY n DESC, last_at DESC, type, error_code, error LIMIT $5
) g JOIN {schema}.jobs s ON s.id = g.sample_id
ORDER BY g.n DESC, g.last_at DESC, g.type, g.error_code, g.error`;

interface GroupRow extends DeadGroup {
  readonly allCounts: number;
  readonly allGroups: number;
}

/** Groups of dead letters, as many as the limits allow. */
export async function listDeadGroups(
  db: Db,
  { type, queue }: DeadGroupFilter,
  limits: DeadGroupLimits,
): Promise<DeadGroups> {
  const { lookedAt, grouped, groups } = limits;
  const [{ rows: beyond }, { rows }] = await Promise.all([
    db.query('SELECT FROM {schema}.jobs j WHERE j.dead_at IS NOT NULL OFFSET $1 LIMIT 1', [lookedAt]),
    db.query<GroupRow & Record<string, unknown>>(GROUPS, [lookedAt, grouped, type ?? null, queue ?? null, groups]),
  ]);
  const { allCounts = 0, allGroups = 0 } = rows[0] ?? {};
  return {
    items: rows.map(({ allCounts: _counts, allGroups: _groups, ...group }) => group),
    capped: beyond.length > 0 || allCounts >= grouped || allGroups > groups,
  };
}
