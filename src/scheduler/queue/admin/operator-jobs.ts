// What operators do with waiting jobs: enqueue one by the name of its type, change its time or its schedule.
import { SchedulerError } from '../../../base/errors.js';
import { snakeKeys } from '../../../base/snake-case.js';
import type { Database } from '../../../db/database.js';
import { databaseNow } from '../../../db/engine/queries/server/database-now.js';
import {
  findLiveOfSeries,
  lockJob,
  rescheduleJob,
  type LockedJob,
  type NewTimes,
} from '../../../db/queue/queries/replace-jobs.js';
import type { Actor } from '../../contracts/scheduler.js';
import { audit } from '../../records/actor.js';
import { firstRun, inputToJson, normalizeSchedule } from '../../schedule/index.js';
import type { AnyJob } from '../define/define-job.js';
import type { Enqueuer } from '../enqueue/enqueue.js';
import type { EnqueueOptions } from '../enqueue/new-job-row.js';
import { changeRule } from '../recurring/change-rule.js';
import type { QueueMessage } from '../wake/queue-channel.js';
import { checkReschedule } from './admin-options.js';
import type { Job, Reschedule } from './admin-types.js';

export type { Reschedule };

/** With `by` a change is recorded in the audit log, in the same transaction. */
export interface OperatorJobs {
  /**
   * Enqueues a job of a type that this process knows; `existing`: another job holds its key, and is returned. Throws JOB_TYPE_NOT_FOUND,
   * INVALID_INPUT with the paths of invalid fields of the payload, INVALID_SCHEDULE.
   */
  enqueue(
    type: string,
    payload: unknown,
    options?: Omit<EnqueueOptions, 'db'>,
    by?: Actor,
  ): Promise<{ readonly job: Job; readonly existing: boolean }>;
  /**
   * Moves a waiting job (`runAt`), or gives a recurring one a new schedule from now on: its next occurrence is the first of the new
   * schedule, but one that was already due still runs. `id` may be any job of the series. Throws JOB_NOT_FOUND, JOB_NOT_PENDING for one
   * that has ended (or runs, with `runAt`), INVALID_INPUT, INVALID_SCHEDULE.
   */
  reschedule(id: string, to: Reschedule, by?: Actor): Promise<Job>;
}

export interface OperatorJobsDeps {
  readonly db: Database;
  readonly enqueuer: Pick<Enqueuer, 'one'>;
  readonly jobOf: (type: string) => AnyJob | undefined;
  readonly now: () => Date | null;
  readonly wake: () => void;
  /** Notifies every instance, including this one. */
  readonly tell: (message: QueueMessage) => Promise<void>;
  readonly get: (id: string) => Promise<Job>;
}

/** Never the payload. */
const detailsOf = (type: string, { runAt, schedule, ...options }: Omit<EnqueueOptions, 'db'>) => ({
  type,
  ...snakeKeys(options),
  ...(runAt === undefined ? {} : { run_at: runAt.toISOString() }),
  ...(schedule === undefined ? {} : { schedule: inputToJson(schedule) }),
});

export function createOperatorJobs({ db, enqueuer, jobOf, now, wake, tell, get }: OperatorJobsDeps): OperatorJobs {
  return {
    async enqueue(type, payload, options = {}, by) {
      const job = jobOf(type);
      if (job === undefined) {
        throw new SchedulerError('JOB_TYPE_NOT_FOUND', `this scheduler does not know the job type "${type}"`, { type });
      }
      const { id, existing } = await db.transaction(async (tx) => {
        const enqueued = await enqueuer.one(job, payload, { ...options, db: tx });
        if (by && (!enqueued.existing || enqueued.replaced)) {
          await audit(tx, { by, action: 'job.enqueue', target: enqueued.id, details: detailsOf(type, options) });
        }
        return enqueued;
      });
      wake();
      return { job: await get(id), existing };
    },

    async reschedule(id, to, by) {
      checkReschedule(to);
      const asked = await get(id);
      const moved = await db.transaction(async (tx) => {
        const live = (asked.seriesId !== null && (await findLiveOfSeries(tx, asked.seriesId))) || asked.id;
        const locked = await lockJob(tx, live);
        if (locked === undefined) throw notPending(asked);
        const at = await databaseNow(tx, now());
        await rescheduleJob(tx, live, newTimes(locked, to, at));
        if (by) await audit(tx, { by, action: 'job.reschedule', target: live, details: toDetails(to) });
        return live;
      });
      await tell({ kind: 'work' });
      return get(moved);
    },
  };
}

const notPending = ({ id, status }: Pick<Job, 'id' | 'status'>): SchedulerError =>
  new SchedulerError('JOB_NOT_PENDING', `job ${id} is ${status}`, { id, status });

const invalid = (path: string, message: string): SchedulerError =>
  new SchedulerError('INVALID_INPUT', `${path} ${message}`, { errors: [{ path, message }] });

const toDetails = (to: Reschedule) =>
  'runAt' in to ? { run_at: to.runAt.toISOString() } : { schedule: inputToJson(to.schedule) };

/** Until its first attempt, the nominal time of a job without a series is its due time. */
function newTimes({ job, inHand }: LockedJob, to: Reschedule, now: Date): NewTimes {
  if ('runAt' in to) {
    if (inHand) throw notPending({ id: job.id, status: 'processing' });
    const nominal = job.schedule === null && job.attempt === 0;
    return { schedule: null, runAt: to.runAt, scheduledFor: nominal ? to.runAt : null };
  }
  if (job.schedule === null)
    throw invalid('schedule', 'can be changed only where a job has one: this job does not recur');
  firstRun(normalizeSchedule(to.schedule), now); // throws where it has no occurrence left
  const current = { schedule: job.schedule, seriesId: job.series_id ?? job.id, scheduledMs: job.scheduled_ms };
  const change = changeRule(current, inputToJson(to.schedule), now);
  const at = inHand ? null : (change?.at ?? null);
  return {
    schedule: change?.schedule ?? null,
    runAt: at && new Date(at.effectiveMs),
    scheduledFor: at && new Date(at.nominalMs),
  };
}
