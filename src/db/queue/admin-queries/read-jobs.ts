// Reads jobs: one, or a page, newest first. Ids increase with time, so the primary key is the order.
import type { Db } from '../../database.js';
import { errorGroup } from './error-group.js';
import { JOB_COLUMNS, JOB_STATUS, JOBS_AND_CLAIMS, withClaims, type Job } from '../queries/rows.js';

/** The jobs of all claims. */
export const IN_HAND = 'j.id = ANY(ARRAY(SELECT unnest(c.job_ids) FROM {schema}.job_claims c))';

const ERROR_CONTAINS = `(j.dead_at IS NOT NULL OR j.status = 'failed')
  AND concat_ws(' ', j.error_code, j.error_message) ILIKE '%' || ?::text || '%'`;

/** A search of errors examines this number of the newest dead letters, and of the newest jobs between two attempts. */
export const MOST_SEARCHED = 20_000;

const FAILURES = withClaims(`(
    (SELECT * FROM {schema}.jobs WHERE dead_at IS NOT NULL ORDER BY dead_at DESC LIMIT ${MOST_SEARCHED})
    UNION ALL
    (SELECT * FROM {schema}.jobs WHERE status = 'failed' ORDER BY id DESC LIMIT ${MOST_SEARCHED}))`);

const searchesErrors = ({ error, errorGroup: group }: JobFilter): boolean => error !== undefined || group !== undefined;

/** All given conditions must hold. */
export interface JobFilter {
  readonly ids?: readonly string[];
  readonly status?: readonly string[];
  readonly type?: string;
  readonly queue?: string;
  readonly tenantId?: string;
  readonly workspaceId?: string;
  readonly userId?: string;
  readonly groupId?: string;
  readonly parentId?: string;
  readonly errorCode?: string;
  /** Dead letters whose error is of this kind: `error` of a group of dead letters. */
  readonly errorGroup?: string;
  /** Dead jobs, and those between two attempts, whose error code or message contains this text, in any case. */
  readonly error?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** Created within this number of hours, by the database's clock. */
  readonly withinHours?: number;
  /** Fields that the payload must contain. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/**
 * The conditions of a filter, as text and values; their `$n` start after `offset`. Every fragment is a constant. `status` is the expression
 * for a job's state over JOBS_AND_CLAIMS, or `j.status` if only ended jobs are read.
 */
export function filterJobs(
  filter: JobFilter,
  offset = 0,
  status: typeof JOB_STATUS | 'j.status' = JOB_STATUS,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts: string[] = ['true'];
  const add = (fragment: string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    parts.push(fragment.replace('?', `$${offset + values.length}`));
  };
  add('j.id = ANY(?::uuid[])', filter.ids);
  add(`${status} = ANY(?::text[])`, filter.status);
  add('j.type = ?', filter.type);
  add('j.queue = ?', filter.queue);
  add('j.tenant_id = ?', filter.tenantId);
  add('j.workspace_id = ?', filter.workspaceId);
  add('j.user_id = ?', filter.userId);
  add('j.group_id = ?', filter.groupId);
  add('j.parent_id = ?', filter.parentId);
  add('j.error_code = ?', filter.errorCode);
  add(`j.dead_at IS NOT NULL AND ? = ${errorGroup('j.error_message')}`, filter.errorGroup);
  add(ERROR_CONTAINS, filter.error?.replace(/[\\%_]/g, '\\$&'));
  add('j.created_at >= ?', filter.since);
  add('j.created_at < ?', filter.until);
  add("j.created_at >= now() - ?::integer * interval '1 hour'", filter.withinHours);
  add('j.payload @> ?::jsonb', filter.payload && JSON.stringify(filter.payload));
  // the predicates of the small partial indexes, which the planner cannot derive from a status
  if (filter.status?.every((one) => one === 'dead')) parts.push('j.dead_at IS NOT NULL');
  if (filter.status?.every((one) => one === 'failed')) parts.push("j.status = 'failed'");
  if (filter.status?.every((one) => one === 'processing')) parts.push(IN_HAND);
  return { sql: parts.join(' AND '), values };
}

export async function findJob(db: Db, id: string): Promise<Job | undefined> {
  const { rows } = await db.query<Job & Record<string, unknown>>(
    `SELECT ${JOB_COLUMNS} FROM ${JOBS_AND_CLAIMS} WHERE j.id = $1`,
    [id],
  );
  return rows[0];
}

/** One page, newest first; `before` is the id of the last job of the previous page. A search of errors examines only the newest jobs. */
export async function listJobs(
  db: Db,
  filter: JobFilter,
  page: { limit: number; before: string | null },
): Promise<readonly Job[]> {
  const { sql, values } = filterJobs(filter, 2);
  const { rows } = await db.query<Job & Record<string, unknown>>(
    `SELECT ${JOB_COLUMNS} FROM ${searchesErrors(filter) ? FAILURES : JOBS_AND_CLAIMS}
     WHERE ${sql} AND ($2::uuid IS NULL OR j.id < $2) ORDER BY j.id DESC LIMIT $1`,
    [page.limit, page.before, ...values],
  );
  return rows;
}

const beyond = (failures: string): string =>
  `EXISTS (SELECT FROM {schema}.jobs j WHERE ${failures} OFFSET ${MOST_SEARCHED} LIMIT 1)`;

/** True if a list by this filter does not examine all jobs. */
export async function isTruncated(db: Db, filter: JobFilter): Promise<boolean> {
  if (!searchesErrors(filter)) return false;
  const { rows } = await db.query<{ more: boolean }>(
    `SELECT ${beyond('j.dead_at IS NOT NULL')} OR ${beyond("j.status = 'failed'")} AS more`,
  );
  return rows[0]?.more ?? false;
}

/** Returns those of these recurring jobs that are the latest of their series. */
export async function findLatestOfSeries(db: Db, ids: readonly string[]): Promise<readonly Job[]> {
  const { rows } = await db.query<Job & Record<string, unknown>>(
    `SELECT ${JOB_COLUMNS} FROM ${JOBS_AND_CLAIMS}
     WHERE j.id = ANY($1::uuid[]) AND NOT EXISTS (
       SELECT FROM {schema}.jobs later WHERE later.series_id = j.series_id AND later.scheduled_for > j.scheduled_for)`,
    [ids],
  );
  return rows;
}
