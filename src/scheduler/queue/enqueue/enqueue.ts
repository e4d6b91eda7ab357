// Enqueue: checks payloads, makes rows and inserts them in one statement, in the caller's transaction if there is one.
import { SchedulerError } from '../../../base/errors.js';
import type { Database, Db, Queryable } from '../../../db/database.js';
import { borrowed } from '../../../db/database.js';
import { findKeyHolders, insertJobs } from '../../../db/queue/queries/insert-jobs.js';
import type { NewJobRow } from '../../../db/queue/queries/rows.js';
import type { ScheduleInput } from '../../schedule/index.js';
import {
  PRIORITIES,
  type AnyJob,
  type JobDefinition,
  type JobOwner,
  type PayloadOf,
  type PriorityName,
} from '../define/define-job.js';
import { firstOccurrence } from '../recurring/recurrence.js';
import { tenantBucket } from '../define/tenant-bucket.js';
import { isUnstorable, toJson } from '../../../base/to-json.js';
import type { Announcer } from '../wake/queue-channel.js';
import { tell } from '../wake/queue-channel.js';

export interface EnqueueOptions {
  /** A client in the caller's transaction: the job commits with it. Default: the queue's own pool. */
  readonly db?: Queryable;
  /** Not before this time. */
  readonly runAt?: Date;
  readonly priority?: PriorityName;
  /** Refuses a second job with this key; wins over the definition's `uniqueBy`. */
  readonly uniqueKey?: string;
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

export interface Enqueued {
  readonly id: string;
  /** True when a job with the same unique key was there already: `id` is that job's. */
  readonly existing: boolean;
}

/** One job to enqueue among many. */
export interface NewJob<D extends AnyJob = AnyJob> {
  readonly job: D;
  readonly payload: PayloadOf<D>;
  readonly options?: Omit<EnqueueOptions, 'db'>;
}

export interface EnqueueDeps {
  readonly db: Database;
  readonly newId: () => string;
  readonly now: () => Date | null;
  readonly clockNow: () => Date;
  readonly announcer: Announcer;
  /** The definition of a type, if it is known here. */
  readonly jobOf: (type: string) => AnyJob | undefined;
  /** Work for this very process: no round trip needed to know. */
  readonly wake: () => void;
}

const MAX_STATEMENT = 1_000;
/** Of a payload that does not fit: more help nobody. */
const MOST_ERRORS = 100;
/** Larger things belong where they can be pointed to: a payload is read at every claim. */
const MAX_PAYLOAD_CHARACTERS = 1_048_576;

/** The payload as it will be stored. Throws INVALID_INPUT with the paths of what does not fit. */
function checkPayload(job: AnyJob, payload: unknown): { stored: unknown; parsed: unknown } {
  const json = toJson(payload) ?? 'null';
  if (json.length > MAX_PAYLOAD_CHARACTERS) {
    const message = `has ${json.length} characters of JSON, at most ${MAX_PAYLOAD_CHARACTERS} are taken`;
    throw new SchedulerError('INVALID_INPUT', `the payload of "${job.type}" is too large`, {
      errors: [{ path: 'payload', message }],
    });
  }
  if (isUnstorable(json)) {
    throw new SchedulerError('INVALID_INPUT', `the payload of "${job.type}" holds a NUL or a lone surrogate`);
  }
  const stored = JSON.parse(json) as unknown;
  // what is checked is what the worker will read: a Date that only exists before the trip through JSON is no Date
  const result = (job as JobDefinition).schema.safeParse(stored);
  if (result.success) return { stored, parsed: result.data };
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

/** A row from a job and its options; pure but for the id. */
export function toRow(
  { job, payload, options = {} }: NewJob,
  deps: Pick<EnqueueDeps, 'newId' | 'clockNow'>,
): NewJobRow {
  const { stored, parsed } = checkPayload(job, payload);
  const definition = job as JobDefinition;
  const uniqueKey = options.uniqueKey ?? definition.uniqueBy?.(parsed, ownerOf(options));
  const keyMs = options.uniqueForMs ?? definition.uniqueForMs;
  const priority = options.priority ?? definition.priority;
  const maxAttempts = options.maxAttempts ?? definition.retry?.maxAttempts;
  const id = deps.newId();
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

export interface EnqueueOne {
  <D extends AnyJob>(job: D, payload: PayloadOf<D>, options?: EnqueueOptions): Promise<Enqueued>;
  /** By the name of a type that this scheduler knows, such as one of a module's. Throws INVALID_INPUT for any other. */
  (type: string, payload: unknown, options?: EnqueueOptions): Promise<Enqueued>;
}

export interface Enqueuer {
  readonly one: EnqueueOne;
  /** In one statement per thousand; all or none within the caller's transaction, else within one of its own. */
  readonly many: (jobs: readonly NewJob[], options?: { db?: Queryable }) => Promise<readonly Enqueued[]>;
  /** Rows made already, in a transaction of the caller's. */
  rows(db: Db, rows: readonly NewJobRow[]): Promise<readonly Enqueued[]>;
}

export function createEnqueuer(deps: EnqueueDeps): Enqueuer {
  const { db, announcer } = deps;

  const known = (type: string): AnyJob => {
    const job = deps.jobOf(type);
    if (job !== undefined) return job;
    throw new SchedulerError('INVALID_INPUT', `this scheduler knows no jobs of the type "${type}"`, { type });
  };

  /**
   * Stores rows with distinct keys and answers who holds the keys of those that were refused. A holder that ends between the two
   * looks has freed its key: then the row is stored after all, so that each has an id that exists.
   */
  const storeOrFind = async (target: Db, rows: readonly NewJobRow[], following: number) => {
    const holders = new Map<string, string>();
    for (let left = rows; left.length > 0;) {
      const refused = await insertJobs(target, left, deps.now(), following);
      if (refused.length === 0) break;
      const found = await findKeyHolders(
        target,
        refused.map((job) => job.unique_key),
      );
      for (const [key, id] of found) holders.set(key, id);
      const free = new Set(refused.filter((job) => !found.has(job.unique_key)).map((job) => job.id));
      left = left.filter((row) => free.has(row.id));
    }
    return holders;
  };

  /** Inserts; jobs whose key is held, or asked for twice here, answer who holds it. */
  const insert = async (target: Db, rows: readonly NewJobRow[], following = 0): Promise<readonly Enqueued[]> => {
    const firstOf = new Map<string, string>();
    const fresh = rows.filter(({ unique_key, id }) => {
      if (unique_key === undefined) return true;
      if (firstOf.has(unique_key)) return false;
      firstOf.set(unique_key, id);
      return true;
    });
    const holders = await storeOrFind(target, fresh, following);
    if (holders.size === 0 && fresh.length === rows.length) return rows.map(({ id }) => ({ id, existing: false }));
    return rows.map(({ id, unique_key }) => {
      const holder = unique_key === undefined ? id : (holders.get(unique_key) ?? firstOf.get(unique_key) ?? id);
      return { id: holder, existing: holder !== id };
    });
  };

  const insertAll = async (target: Db, rows: readonly NewJobRow[]): Promise<readonly Enqueued[]> => {
    const answers: Enqueued[] = [];
    for (let from = 0; from < rows.length; from += MAX_STATEMENT) {
      const chunk = rows.slice(from, from + MAX_STATEMENT);
      answers.push(...(await insert(target, chunk, rows.length - from - chunk.length)));
    }
    return answers;
  };

  /** In the caller's transaction the wake-up is part of it; else it follows. */
  const enqueueRows = async (own: Queryable | undefined, rows: readonly NewJobRow[]): Promise<readonly Enqueued[]> => {
    if (own !== undefined) {
      const tx = borrowed(own, db.schema);
      const answers = await insertAll(tx, rows);
      await tell(tx, { kind: 'work' });
      return answers;
    }
    const answers =
      rows.length <= MAX_STATEMENT ? await insert(db, rows) : await db.transaction((tx) => insertAll(tx, rows));
    deps.wake();
    announcer.announce();
    return answers;
  };

  return {
    async one(named: AnyJob | string, payload: unknown, { db: own, ...options }: EnqueueOptions = {}) {
      const job = typeof named === 'string' ? known(named) : named;
      const [answer] = await enqueueRows(own, [toRow({ job, payload, options }, deps)]);
      return answer as Enqueued;
    },
    many: async (jobs, { db: own } = {}) =>
      jobs.length === 0
        ? []
        : enqueueRows(
            own,
            jobs.map((job) => toRow(job, deps)),
          ),
    rows: insertAll,
  };
}
