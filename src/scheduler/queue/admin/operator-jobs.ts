// What operators do to jobs that wait: enqueue one by the name of its type.
import { SchedulerError } from '../../../base/errors.js';
import { snakeKeys } from '../../../base/snake-case.js';
import type { Database } from '../../../db/database.js';
import type { Actor } from '../../contracts/scheduler.js';
import { audit } from '../../records/actor.js';
import type { AnyJob } from '../define/define-job.js';
import type { Enqueuer } from '../enqueue/enqueue.js';
import type { EnqueueOptions } from '../enqueue/new-job-row.js';
import type { Job } from './jobs-admin.js';

/** With `by` a change is recorded in the audit log, in the same transaction. */
export interface OperatorJobs {
  /**
   * Enqueues a job of a type that this process knows; `existing`: another job holds its key, and is returned. Throws
   * JOB_TYPE_NOT_FOUND, INVALID_INPUT with the paths of what is wrong with the payload, INVALID_SCHEDULE.
   */
  enqueue(
    type: string,
    payload: unknown,
    options?: Omit<EnqueueOptions, 'db'>,
    by?: Actor,
  ): Promise<{ readonly job: Job; readonly existing: boolean }>;
}

export interface OperatorJobsDeps {
  readonly db: Database;
  readonly enqueuer: Pick<Enqueuer, 'one'>;
  readonly jobOf: (type: string) => AnyJob | undefined;
  readonly wake: () => void;
  readonly get: (id: string) => Promise<Job>;
}

/** Never the payload. */
const detailsOf = (type: string, { runAt, schedule, ...options }: Omit<EnqueueOptions, 'db'>) => ({
  type,
  ...snakeKeys(options),
  ...(runAt === undefined ? {} : { run_at: runAt.toISOString() }),
  ...(schedule === undefined ? {} : { schedule: snakeKeys(schedule) }),
});

export function createOperatorJobs({ db, enqueuer, jobOf, wake, get }: OperatorJobsDeps): OperatorJobs {
  return {
    async enqueue(type, payload, options = {}, by) {
      const job = jobOf(type);
      if (job === undefined) {
        throw new SchedulerError('JOB_TYPE_NOT_FOUND', `this scheduler knows no jobs of the type "${type}"`, { type });
      }
      const { id, existing } = await db.transaction(async (tx) => {
        const enqueued = await enqueuer.one(job, payload, { ...options, db: tx });
        if (by && !enqueued.existing) {
          await audit(tx, { by, action: 'job.enqueue', target: enqueued.id, details: detailsOf(type, options) });
        }
        return enqueued;
      });
      wake();
      return { job: await get(id), existing };
    },
  };
}
