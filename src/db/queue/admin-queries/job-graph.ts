// The jobs around a job: those that it waits for, directly or indirectly, and those that wait for it, the nearest first.
import type { Db } from '../../database.js';
import { JOB_STATUS, JOBS_AND_CLAIMS, type JobStatus } from '../queries/rows.js';

export interface JobNode {
  readonly id: string;
  readonly type: string;
  readonly status: JobStatus;
  readonly key: string | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
  readonly errorCode: string | null;
}

/** `to` waits for `from`. */
export interface JobEdge {
  readonly from: string;
  readonly to: string;
  /** `from` is a child of `to`. */
  readonly child: boolean;
  /** How `from` ended, as recorded for `to`; null while `to` waits for it. */
  readonly endedAs: 'completed' | 'dead' | 'cancelled' | null;
}

export interface JobGraph {
  /** The requested job is the first. */
  readonly nodes: readonly JobNode[];
  /** The edges between these nodes. */
  readonly edges: readonly JobEdge[];
  /** True: there are more jobs than these. */
  readonly truncated: boolean;
}

/** Reads one row of the table of edges at a time (OFFSET 0): with a join, the planner would read the whole table. */
const follow = (name: string, from: string, to: string): string => `${name} AS (
  SELECT $1::uuid AS id
  UNION
  SELECT next.id FROM ${name} CROSS JOIN LATERAL (
    SELECT d.${to} AS id FROM {schema}.job_dependencies d WHERE d.${from} = ${name}.id OFFSET 0) next
)`;

/** Jobs are found level by level, until there are enough. */
const nearest = (name: string): string =>
  `SELECT id, row_number() OVER () AS place FROM (SELECT id FROM ${name} LIMIT $2) ${name}_first`;

const NODES = `
WITH RECURSIVE ${follow('ancestors', 'job_id', 'depends_on')}, ${follow('descendants', 'depends_on', 'job_id')},
near AS MATERIALIZED (
  SELECT id, min(place) AS place FROM (${nearest('ancestors')} UNION ALL ${nearest('descendants')}) found
  GROUP BY id ORDER BY place, id LIMIT $2
)
SELECT j.id, j.type, ${JOB_STATUS} AS status, j.unique_key AS key, j.created_at AS "createdAt", j.completed_at AS "completedAt",
  j.error_code AS "errorCode"
FROM near JOIN ${JOBS_AND_CLAIMS} ON j.id = near.id ORDER BY near.place, j.id`;

const EDGES = `
SELECT d.depends_on AS from, d.job_id AS to, d.ended_as AS "endedAs", j.parent_id IS NOT DISTINCT FROM d.job_id AS child
FROM {schema}.job_dependencies d JOIN {schema}.jobs j ON j.id = d.depends_on
WHERE d.job_id = ANY($1::uuid[]) AND d.depends_on = ANY($1::uuid[]) ORDER BY d.depends_on, d.job_id`;

/** Returns up to `limit` jobs, or undefined if there is no such job. */
export async function readJobGraph(db: Db, id: string, limit: number): Promise<JobGraph | undefined> {
  const { rows } = await db.query<JobNode & Record<string, unknown>>(NODES, [id, limit + 1]);
  const nodes = rows.slice(0, limit);
  if (nodes[0]?.id !== id.toLowerCase()) return undefined;
  const { rows: edges } = await db.query<JobEdge & Record<string, unknown>>(EDGES, [nodes.map((node) => node.id)]);
  return { nodes, edges, truncated: rows.length > limit };
}
