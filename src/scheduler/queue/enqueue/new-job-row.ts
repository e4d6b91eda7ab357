// A new job, from the request to the row that is stored: validates its payload and adds the defaults of its type. Pure apart from the id.
import { parsedBy } from '../../../base/issue-text.js';
import { SchedulerError } from '../../../base/errors.js';
import type { TelemetryHolder } from '../../../base/telemetry/telemetry.js';
import { isUnstorable, toJson } from '../../../base/to-json.js';
import type { NewJobRow } from '../../../db/queue/queries/rows.js';
import { checkTypeName, PRIORITIES, type AnyJob, type JobDefinition, type JobOwner } from '../define/define-job.js';
import { tenantBucket } from '../define/tenant-bucket.js';
import { firstOccurrence } from '../recurring/recurrence.js';
import { checkEnqueueOptions, checkUniqueKey, type EnqueueOptions, type NewJob } from './enqueue-options.js';

export type { EnqueueOptions, NewJob };

export interface RowDeps {
  readonly newId: () => string;
  readonly clockNow: () => Date;
  /** The definition of a type, if this process knows it. */
  readonly jobOf: (type: string) => AnyJob | undefined;
  readonly telemetry: TelemetryHolder;
}

/** Errors listed for an invalid payload: more would not help. */
const MOST_ERRORS = 100;
/** Larger data should be stored elsewhere and referred to: a payload is read at every claim. */
const MAX_PAYLOAD_CHARACTERS = 1_048_576;

/** The payload as it will be stored. Throws INVALID_INPUT if it cannot be stored. */
function storedPayload(type: string, payload: unknown): unknown {
  const json = toJson(payload) ?? 'null';
  if (json.length > MAX_PAYLOAD_CHARACTERS) {
    const message = `has ${json.length} characters of JSON; at most ${MAX_PAYLOAD_CHARACTERS} are allowed`;
    throw new SchedulerError('INVALID_INPUT', `the payload of "${type}" is too large`, {
      errors: [{ path: 'payload', message }],
    });
  }
  if (isUnstorable(json)) {
    throw new SchedulerError('INVALID_INPUT', `the payload of "${type}" contains NUL or a lone surrogate`);
  }
  return JSON.parse(json) as unknown;
}

/**
 * Validates what the worker will read: a Date is no longer a Date after JSON. Throws INVALID_INPUT with the paths of invalid fields.
 */
function parsePayload(job: JobDefinition, stored: unknown): unknown {
  const result = parsedBy(job.schema, stored);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, MOST_ERRORS).map((issue) => ({
    path: ['payload', ...issue.path].map(String).join('.'),
    message: issue.message,
  }));
  throw new SchedulerError('INVALID_INPUT', `the payload does not match the schema of "${job.type}"`, { errors });
}

const ownerOf = ({ tenantId, workspaceId, userId }: EnqueueOptions): JobOwner => ({
  tenantId: tenantId ?? null,
  workspaceId: workspaceId ?? null,
  userId: userId ?? null,
});

/** The defaults of a type. A type that is only known by name has none: its worker validates the payload. */
type Definition = Pick<JobDefinition, 'type'> & Partial<JobDefinition>;

function definitionOf(job: AnyJob | string, jobOf: RowDeps['jobOf']): Definition {
  if (typeof job !== 'string') return mustBeJob(job);
  const known = jobOf(job) as JobDefinition | undefined;
  if (known === undefined) checkTypeName(job);
  return known ?? { type: job };
}

/** In JavaScript a wrong import is undefined rather than a job. */
function mustBeJob(job: unknown): JobDefinition {
  const { type, schema } = (job ?? {}) as Partial<JobDefinition>;
  if (typeof type === 'string' && typeof schema?.safeParse === 'function') return job as JobDefinition;
  const message = 'must be a job made with defineJob, or the name of a type';
  throw new SchedulerError('INVALID_INPUT', `the job ${message}`, { errors: [{ path: 'job', message }] });
}

/** A row from a job and its options; pure but for the id. Throws INVALID_INPUT and INVALID_SCHEDULE. */
export function toRow({ job, payload, options = {} }: NewJob, deps: RowDeps): NewJobRow {
  const definition = definitionOf(job, deps.jobOf);
  checkEnqueueOptions(definition.type, options);
  const stored = storedPayload(definition.type, payload);
  const parsed = definition.schema === undefined ? stored : parsePayload(definition as JobDefinition, stored);
  const uniqueKey = options.uniqueKey ?? definition.uniqueBy?.(parsed, ownerOf(options));
  checkUniqueKey(definition.type, uniqueKey, options);
  const keyMs = options.uniqueForMs ?? definition.uniqueForMs;
  const priority = options.priority ?? definition.priority;
  const maxAttempts = options.maxAttempts ?? definition.retry?.maxAttempts;
  const id = options.id ?? deps.newId();
  const trace = options.trace === true ? (deps.telemetry.current?.traceparent() ?? null) : null;
  const recurring = options.schedule === undefined ? {} : firstOccurrence(options.schedule, id, deps.clockNow());
  return {
    id,
    type: definition.type,
    payload: stored,
    ...(definition.queue === undefined ? {} : { queue: definition.queue }),
    ...(priority === undefined ? {} : { priority: PRIORITIES[priority] }),
    ...(options.runAt === undefined ? {} : { run_at: options.runAt.toISOString() }),
    ...(maxAttempts === undefined ? {} : { max_attempts: maxAttempts }),
    ...(options.timeoutMs === undefined ? {} : { timeout_ms: options.timeoutMs }),
    ...(uniqueKey === undefined ? {} : { unique_key: `${definition.type}:${uniqueKey}` }),
    ...(uniqueKey === undefined || keyMs === undefined ? {} : { key_ms: keyMs }),
    ...(options.tenantId === undefined ? {} : { tenant_id: options.tenantId, bucket: tenantBucket(options.tenantId) }),
    ...(options.workspaceId === undefined ? {} : { workspace_id: options.workspaceId }),
    ...(options.userId === undefined ? {} : { user_id: options.userId }),
    ...(options.groupId === undefined ? {} : { group_id: options.groupId }),
    ...(trace === null ? {} : { trace_context: trace }),
    ...recurring,
  };
}
