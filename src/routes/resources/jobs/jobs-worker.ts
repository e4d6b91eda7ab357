// The queue worker for outside cron services: work once, or ask whether one is there.
import { z } from 'zod';
import type { Clock } from '../../../base/clock.js';
import { linkSignals } from '../../../base/timing/linked-signal.js';
import type { JobQueue } from '../../../scheduler/queue/index.js';
import { time } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { within } from '../../kit/waiting/within.js';

const workedSchema = z.object({
  success: z.boolean(),
  worker_id: z.string().nullable(),
  processed: z.number(),
  completed: z.number(),
  failed: z.number(),
  duration_ms: z.number(),
});

const healthSchema = z.object({
  status: z.enum(['healthy', 'degraded']),
  worker_exists: z.boolean(),
  worker_id: z.string().nullable(),
  timestamp: time,
  environment: z.string(),
});

type WorkOnce = Required<Parameters<JobQueue['worker']['workOnce']>[0]>;

export interface WorkerRouteDeps {
  readonly scheduler: Pick<AdminScheduler, 'status' | 'ready'>;
  readonly queue: Pick<JobQueue, 'worker'>;
  readonly clock: Clock;
  readonly environment: string;
  /** Milliseconds after which a call begins nothing new. */
  readonly budgetMs: number;
  /** Milliseconds after which it returns, though jobs that it began are still running. */
  readonly waitMs: number;
}

/** Under `/api/jobs`. */
export const workerRoutes = ({ scheduler, queue, clock, environment, budgetMs, waitMs }: WorkerRouteDeps): Route[] => [
  route({
    method: 'post',
    path: '/worker',
    id: 'workOnce',
    tag: 'Worker',
    summary: 'Run due jobs until none is left or the budget is spent',
    responses: {
      200: { description: 'What was done', schema: workedSchema },
      202: { description: 'What was done so far; jobs that are still running continue', schema: workedSchema },
    },
    handle: async (_input, call) => {
      const startedMs = clock.monotonicMs();
      const { instanceId } = await scheduler.status();
      const counts = { completed: 0, failed: 0 };
      const onReport: WorkOnce['onReport'] = ({ successful, failed }) => {
        counts.completed += successful;
        counts.failed += failed;
      };
      // the caller may disconnect, and the budget may end: running jobs go on to their end, and none is begun
      const closing = linkSignals(call.signal, AbortSignal.timeout(Math.ceil(budgetMs)));
      const work = queue.worker.workOnce({ closing: closing.signal, onReport }).finally(closing.unlink);
      const report = await within(work, waitMs, call.signal);
      const body: z.input<typeof workedSchema> = {
        success: report === null || report.error === null,
        worker_id: instanceId,
        processed: counts.completed + counts.failed,
        ...counts,
        duration_ms: Math.round(clock.monotonicMs() - startedMs),
      };
      return { status: report === null ? 202 : 200, body };
    },
  }),
  route({
    method: 'get',
    path: '/worker',
    id: 'workerHealth',
    tag: 'Worker',
    summary: 'Whether this process runs jobs by itself',
    responses: { 200: { description: 'Its state', schema: healthSchema } },
    handle: async () => {
      const { instanceId } = await scheduler.status();
      const exists = queue.worker.running;
      const body: z.input<typeof healthSchema> = {
        status: exists && scheduler.ready() ? 'healthy' : 'degraded',
        worker_exists: exists,
        worker_id: exists ? instanceId : null,
        timestamp: clock.now().toISOString(),
        environment,
      };
      return { status: 200, body };
    },
  }),
];
