// A new job, from what is asked for to the row that is stored: its payload is checked, and its type gives the defaults. Pure but for the id.
import { SchedulerError } from '../../../base/errors.js';
import { isUnstorable, toJson } from '../../../base/to-json.js';
import type { Queryable } from '../../../db/database.js';
import type { NewJobRow } from '../../../db/queue/queries/rows.js';
import type { ScheduleInput } from '../../schedule/index.js';
import {
  checkTypeName,
  PRIORITIES,
  type AnyJob,
  type JobDefinition,
  type JobOwner,
  type PayloadFor,
  type PriorityName,
} from '../define/define-job.js';
import { tenantBucket } from '../define/tenant-bucket.js';
import { firstOccurrence } from '../recurring/recurrence.js';

export interface EnqueueOptions {
  /** A client in the caller's transaction: the job commits with it. Default: the queue's own pool. */
  readonly db?: Queryable;
  /** A UUID of the caller's, for a job that belongs to a row stored under the same id. Default: a new one. */
  readonly id?: string;
  /** Not before this time. */
  readonly runAt?: Date;
  readonly priority?: PriorityName;
  /** Refuses a second job with this key; wins over the definition's `uniqueBy`. */
  readonly uniqueKey?: string;
  /**
   * What happens when another job holds the key: `keep` (default) leaves that job as it is, `replace` changes it to this one.
   * One that is running goes on to its end; a recurring one follows the new schedule from its next occurrence on.
   */
  readonly onConflict?: 'keep' | 'replace';
  /** How long the key is held; default: until the job ends. */
  readonly uniqueForMs?: number;
  readonly tenantId?: string;
  readonly workspaceId?: string;
  readonly userId?: string;
  readonly groupId?: string;
  readonly timeoutMs?: number;
  readonly maxAttempts?: number;
  /** Recurring: the first occurrence is enqueued now, each end enqueues the next. */
  readonly schedule?: ScheduleInput;
}

/** One job to enqueue among many; `job` is a definition or the name of a type. */
export interface NewJob<D extends AnyJob | string = AnyJob | string> {
  readonly job: D;
  readonly payload: PayloadFor<D>;
  readonly options?: Omit<EnqueueOptions, 'db'>;
}

export interface RowDeps {
  readonly newId: () => string;
  readonly clockNow: () => Date;
  /** The definition of a type, if it is known here. */
  readonly jobOf: (type: string) => AnyJob | undefined;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
/** Of a payload that does not fit: more help nobody. */
const MOST_ERRORS = 100;
/** Larger things belong where they can be pointed to: a payload is read at every claim. */
const MAX_PAYLOAD_CHARACTERS = 1_048_576;

/** The payload as it will be stored. Throws INVALID_INPUT for what cannot be. */
function storedPayload(type: string, payload: unknown): unknown {
  const json = toJson(payload) ?? 'null';
  if (json.length > MAX_PAYLOAD_CHARACTERS) {
    const message = `has ${json.length} characters of JSON, at most ${MAX_PAYLOAD_CHARACTERS} are taken`;
    throw new SchedulerError('INVALID_INPUT', `the payload of "${type}" is too large`, {
      errors: [{ path: 'payload', message }],
    });
  }
  if (isUnstorable(json)) {
    throw new SchedulerError('INVALID_INPUT', `the payload of "${type}" holds a NUL or a lone surrogate`);
  }
  return JSON.parse(json) as unknown;
}

/**
 * Checks what the worker will read: a Date that exists only before the trip through JSON is no Date. Throws INVALID_INPUT with
 * the paths of what does not fit.
 */
function parsePayload(job: JobDefinition, stored: unknown): unknown {
  const result = job.schema.safeParse(stored);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, MOST_ERRORS).map((issue) => ({
    path: ['payload', ...issue.path].map(String).join('.'),
    message: issue.message,
  }));
  throw new SchedulerError('INVALID_INPUT', `the payload does not fit "${job.type}"`, { errors });
}

const ownerOf = ({ tenantId, workspaceId, userId }: EnqueueOptions): JobOwner => ({
  tenantId: tenantId ?? null,
  workspaceId: workspaceId ?? null,
  userId: userId ?? null,
});

/** What a type brings along. Of one that is known by its name alone, nothing: its worker checks the payload. */
type Definition = Pick<JobDefinition, 'type'> & Partial<JobDefinition>;

function definitionOf(job: AnyJob | string, jobOf: RowDeps['jobOf']): Definition {
  if (typeof job !== 'string') return job as JobDefinition;
  const known = jobOf(job) as JobDefinition | undefined;
  if (known === undefined) checkTypeName(job);
  return known ?? { type: job };
}

const invalid = (path: string, message: string): SchedulerError =>
  new SchedulerError('INVALID_INPUT', `${path} ${message}`, { errors: [{ path, message }] });

function checkConflict({ onConflict = 'keep' }: EnqueueOptions, uniqueKey: string | undefined): void {
  if (onConflict !== 'keep' && onConflict !== 'replace') throw invalid('onConflict', 'must be `keep` or `replace`');
  if (onConflict === 'replace' && uniqueKey === undefined) throw invalid('onConflict', 'needs a unique key');
}

/** A row from a job and its options; pure but for the id. Throws INVALID_INPUT and INVALID_SCHEDULE. */
export function toRow({ job, payload, options = {} }: NewJob, deps: RowDeps): NewJobRow {
  const definition = definitionOf(job, deps.jobOf);
  const stored = storedPayload(definition.type, payload);
  const parsed = definition.schema === undefined ? stored : parsePayload(definition as JobDefinition, stored);
  const uniqueKey = options.uniqueKey ?? definition.uniqueBy?.(parsed, ownerOf(options));
  checkConflict(options, uniqueKey);
  if (options.runAt !== undefined && options.schedule !== undefined) {
    throw invalid('runAt', 'must not be given together with a schedule, which says when the job runs');
  }
  const keyMs = options.uniqueForMs ?? definition.uniqueForMs;
  const priority = options.priority ?? definition.priority;
  const maxAttempts = options.maxAttempts ?? definition.retry?.maxAttempts;
  const id = options.id ?? deps.newId();
  if (options.id !== undefined && !UUID.test(options.id)) throw invalid('id', 'must be a UUID');
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
    ...recurring,
  };
}
