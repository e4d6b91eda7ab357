// The row types of the job queue.

export type JobStatus = 'pending' | 'waiting' | 'processing' | 'completed' | 'failed' | 'dead' | 'cancelled';

/** The final states of a job. */
export type EndStatus = 'completed' | 'dead' | 'cancelled';

/** Urgent 0, high 1, normal 2, low 3. */
export type PriorityNumber = 0 | 1 | 2 | 3;

/** One job to insert; omitted fields get the default of their column. Sent as JSON, hence snake_case. */
export interface NewJobRow {
  readonly id: string;
  readonly type: string;
  readonly payload: unknown;
  readonly queue?: string;
  readonly priority?: PriorityNumber;
  /** ISO time; without it the job is due at once. */
  readonly run_at?: string;
  /** ISO time; the nominal time when it differs from run_at. */
  readonly scheduled_for?: string;
  readonly max_attempts?: number;
  readonly timeout_ms?: number | null;
  readonly unique_key?: string;
  /** How long the key is held, whatever the outcome of the job; without it, until the job ends. */
  readonly key_ms?: number;
  readonly tenant_id?: string | null;
  readonly bucket?: number;
  readonly workspace_id?: string | null;
  readonly user_id?: string | null;
  readonly group_id?: string | null;
  /** The trace that its work continues. */
  readonly trace_context?: string;
  readonly parent_id?: string | null;
  readonly open_dependencies?: number;
  readonly has_dependents?: boolean;
  readonly dependency_failure?: 'cancel' | 'continue';
  readonly schedule?: unknown;
  readonly series_id?: string;
}

/** A claimed job; fields that most jobs do not have are kept separately or omitted. */
export interface ClaimedJobRow {
  readonly id: string;
  /** Index of its lane in the claim's request, from 1. */
  readonly lane: number;
  readonly attempt: number;
  /** The position of its row (ctid). */
  readonly place: string;
  /** When it was due, milliseconds since the epoch. */
  readonly due_ms: number;
  /** Milliseconds since the epoch. */
  readonly scheduled_ms: number;
  readonly payload: unknown;
  readonly extras: ClaimedJobExtras | null;
}

export interface ClaimedJobExtras {
  readonly max_attempts: number;
  readonly crashes: number;
  readonly tenant_id: string | null;
  readonly workspace_id: string | null;
  readonly user_id: string | null;
  readonly timeout_ms: number | null;
  readonly checkpoint: unknown;
  readonly unique_key: string | null;
  /** The trace that its work continues; missing in claims of the previous release. */
  readonly trace_context?: string | null;
  /** null: it does not recur. */
  readonly recurrence: ClaimedRecurrence | null;
}

/** The data for deciding whether an occurrence of a recurring job is late, as of the claim. */
export interface ClaimedRecurrence {
  readonly schedule: unknown;
  readonly series_id: string | null;
  /** When it was due; milliseconds since the epoch. */
  readonly run_ms: number;
  /** The database's time of the claim. */
  readonly now_ms: number;
}

/** What `extras: null` stands for: the defaults of the columns. */
export const NO_EXTRAS: ClaimedJobExtras = {
  max_attempts: 5,
  crashes: 0,
  tenant_id: null,
  workspace_id: null,
  user_id: null,
  timeout_ms: null,
  checkpoint: null,
  unique_key: null,
  recurrence: null,
};

/** A job as shown to people. */
export interface Job {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  readonly payload: unknown;
  readonly status: JobStatus;
  readonly priority: PriorityNumber;
  readonly runAt: Date;
  readonly scheduledFor: Date;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly crashes: number;
  readonly timeoutMs: number | null;
  readonly uniqueKey: string | null;
  readonly tenantId: string | null;
  readonly workspaceId: string | null;
  readonly userId: string | null;
  readonly groupId: string | null;
  readonly parentId: string | null;
  readonly openDependencies: number;
  readonly schedule: unknown;
  readonly seriesId: string | null;
  readonly progress: number | null;
  readonly progressNote: string | null;
  readonly result: unknown;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly errorStack: string | null;
  readonly claimedBy: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  readonly durationMs: number | null;
}

/** Jobs `j`, joined with the claims that list them, for queries that show a job's state. `jobs` is the table, or some of its rows. */
export const withClaims = (jobs: string): string => `${jobs} j
  LEFT JOIN (SELECT unnest(c.job_ids) AS job_id, c.instance_id, c.claimed_at FROM {schema}.job_claims c) hand
    ON hand.job_id = j.id AND j.completed_at IS NULL`;

export const JOBS_AND_CLAIMS = withClaims('{schema}.jobs');

export const JOB_STATUS = `CASE WHEN hand.job_id IS NULL THEN j.status ELSE 'processing' END`;

/** Columns of a Job over JOBS_AND_CLAIMS. */
export const JOB_COLUMNS = `j.id, j.type, j.queue, j.payload, ${JOB_STATUS} AS status, j.priority, j.run_at AS "runAt",
  j.scheduled_for AS "scheduledFor", CASE WHEN hand.job_id IS NULL THEN j.attempt ELSE j.attempt + 1 END AS attempt,
  j.max_attempts AS "maxAttempts", j.crashes, j.timeout_ms AS "timeoutMs", j.unique_key AS "uniqueKey", j.tenant_id AS "tenantId",
  j.workspace_id AS "workspaceId", j.user_id AS "userId", j.group_id AS "groupId", j.parent_id AS "parentId",
  j.open_dependencies AS "openDependencies", j.schedule, j.series_id AS "seriesId", j.progress, j.progress_note AS "progressNote",
  j.result, j.error_code AS "errorCode", j.error_message AS "errorMessage", j.error_stack AS "errorStack",
  hand.instance_id AS "claimedBy", j.created_at AS "createdAt", coalesce(hand.claimed_at, j.started_at) AS "startedAt",
  j.completed_at AS "completedAt", j.duration_ms AS "durationMs"`;

/** An expression that is true while a claim lists a job. Its row shows whether the job has ended meanwhile. */
export const listed = (job: string, token: string): string =>
  `EXISTS (SELECT FROM {schema}.job_claims c WHERE c.token = ${token} AND ${job} = ANY(c.job_ids))`;

/** The list of a claim `c` without some jobs. `gone` is a query for their ids. */
export const withoutJobs = (gone: string): string =>
  `job_ids = ARRAY(SELECT listed FROM unnest(c.job_ids) AS listed WHERE listed NOT IN (${gone}))`;
