// A job as the HTTP API shows it, and the filters it takes.
import { z } from 'zod';
import { camelKeys } from '../../../base/snake-case.js';
import { PRIORITY_NAMES, type Job, type JobFilter, type JobLogEntry } from '../../../scheduler/queue/index.js';
import type { ShowPayload } from '../../access/payloads.js';
import { isoOrNull, maybeTime, time, timeInput, uuid } from '../../kit/json.js';

export const JOB_STATUSES = ['pending', 'waiting', 'processing', 'completed', 'failed', 'dead', 'cancelled'] as const;

const commonJob = z.object({
  id: uuid,
  type: z.string(),
  queue: z.string(),
  status: z.enum(JOB_STATUSES),
  priority: z.enum(PRIORITY_NAMES as [string, ...string[]]),
  payload: z.unknown(),
  result: z.unknown(),
  run_at: time,
  scheduled_for: time,
  attempt: z.number(),
  max_attempts: z.number(),
  progress: z.number().nullable(),
  progress_note: z.string().nullable(),
  unique_key: z.string().nullable(),
  workspace_id: z.string().nullable(),
  user_id: z.string().nullable(),
  group_id: z.string().nullable(),
  parent_id: z.string().nullable(),
  open_dependencies: z.number(),
  series_id: z.string().nullable(),
  schedule: z.unknown(),
  created_at: time,
  started_at: maybeTime,
  completed_at: maybeTime,
  duration_ms: z.number().nullable(),
});

const error = z.object({ code: z.string(), message: z.string() });

export const jobSchema = commonJob
  .extend({
    crashes: z.number().meta({ description: 'Instances that died while they held this job' }),
    error: error.extend({ stack: z.string().nullable() }).nullable(),
    tenant_id: z.string().nullable(),
    claimed_by: z.string().nullable(),
  })
  .meta({ id: 'Job', description: 'Payload and result are null for viewers; what looks like a secret is masked' });

/** A user sees what became of a job, not where in our code it failed, nor who works on it. */
export const userJobSchema = commonJob.extend({ error: error.nullable() }).meta({ id: 'UserJob' });

const ruleOf = (schedule: unknown): unknown => (schedule as { rule?: unknown } | null)?.rule ?? null;

/** The fields for operators and users. Each is listed explicitly, so that a new field of a job is shown only if it is added here. */
const commonJobJson = (job: Job) => ({
  id: job.id,
  type: job.type,
  queue: job.queue,
  status: job.status,
  priority: PRIORITY_NAMES[job.priority] ?? 'normal',
  payload: job.payload,
  result: job.result,
  run_at: job.runAt.toISOString(),
  scheduled_for: job.scheduledFor.toISOString(),
  attempt: job.attempt,
  max_attempts: job.maxAttempts,
  progress: job.progress,
  progress_note: job.progressNote,
  unique_key: job.uniqueKey,
  workspace_id: job.workspaceId,
  user_id: job.userId,
  group_id: job.groupId,
  parent_id: job.parentId,
  open_dependencies: job.openDependencies,
  series_id: job.seriesId,
  schedule: ruleOf(job.schedule),
  created_at: job.createdAt.toISOString(),
  started_at: isoOrNull(job.startedAt),
  completed_at: isoOrNull(job.completedAt),
  duration_ms: job.durationMs,
});

/** The code and the message of a job's error; null: it has none. */
const errorJson = ({ errorCode, errorMessage }: Job) =>
  errorMessage === null ? null : { code: errorCode ?? 'UNKNOWN', message: errorMessage };

export const jobJson = (job: Job, show: ShowPayload): z.input<typeof jobSchema> => {
  const error = errorJson(job);
  return {
    ...commonJobJson(job),
    payload: show(job.payload),
    result: show(job.result),
    crashes: job.crashes,
    error: error && { ...error, stack: job.errorStack },
    tenant_id: job.tenantId,
    claimed_by: job.claimedBy,
  };
};

export const userJobJson = (job: Job): z.input<typeof userJobSchema> => ({
  ...commonJobJson(job),
  error: errorJson(job),
});

const word = z.string().min(1).max(200).optional();

const statusList = z.array(z.enum(JOB_STATUSES)).min(1);
const statusWords = z
  .string()
  .transform((text) => text.split(','))
  .pipe(statusList);

const jobFilters = {
  status: statusWords.optional().meta({ description: 'One or more, comma-separated' }),
  type: word,
  queue: word,
  tenant_id: word,
  workspace_id: word,
  user_id: word,
  group_id: word,
  parent_id: uuid.optional(),
  error_code: word,
  since: timeInput.optional().meta({ description: 'Created at or after' }),
  until: timeInput.optional().meta({ description: 'Created before' }),
};

const errorGroup = z.string().min(1).max(2_000).optional().meta({
  description: 'Dead letters whose error is of this kind: `error` of `GET /jobs/dead/groups`',
});

/** In a list, which looks at the newest failures alone; a change concerns all that match. */
export const jobFiltersOfList = {
  ...jobFilters,
  error_group: errorGroup,
  error: z.string().min(1).max(200).optional().meta({
    description:
      'Dead jobs, and those between two attempts, whose error code or message contains this text, in any case',
  }),
};

/** The same in a body, where several may stand as a list too. */
export const jobFiltersOfBody = {
  ...jobFilters,
  error_group: errorGroup,
  status: z.union([statusWords, statusList]).optional().meta({ description: 'A list, or comma-separated' }),
};

type AnyFilters = typeof jobFiltersOfBody & typeof jobFiltersOfList;
type Filters = { [K in keyof AnyFilters]?: z.output<AnyFilters[K]> };

export const toFilter = (input: Filters): JobFilter => camelKeys(input);

export const logSchema = z
  .object({
    id: z.string(),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: z.string(),
    data: z.unknown(),
    attempt: z.number(),
    created_at: time,
  })
  .meta({ id: 'JobLogLine' });

export const logJson = (line: JobLogEntry, show: ShowPayload): z.input<typeof logSchema> => ({
  id: line.id,
  level: line.level,
  message: line.message,
  data: show(line.data),
  attempt: line.attempt,
  created_at: line.createdAt.toISOString(),
});
