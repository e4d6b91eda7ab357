// Queues: pause them, limit them, and how the types of jobs are doing.
import { z } from 'zod';
import type { JobQueue, QueueStats } from '../../../scheduler/queue/index.js';
import { given, pageOf, wholeJson } from '../../kit/json.js';
import { percentilesJson, percentilesSchema } from '../../kit/percentiles.js';
import { route, type Route } from '../../kit/route.js';
import { demandRole } from '../../access/roles.js';
import type { AdminScheduler } from '../../scheduler-port.js';

const queueSchema = z
  .object({
    name: z.string(),
    paused: z.boolean(),
    concurrency: z.number().nullable().meta({ description: 'Jobs at once per instance; null: no limit of its own' }),
  })
  .meta({ id: 'JobQueue' });

const patchBody = z
  .strictObject({ paused: z.boolean().optional(), concurrency: z.int().min(1).max(10_000).nullable().optional() })
  .refine((body) => Object.keys(body).length > 0, 'give at least one of paused, concurrency');

type TypeStats = QueueStats['types'][number];

const typeSchema = z.object({
  type: z.string(),
  completed: z.number(),
  retried: z.number(),
  dead: z.number(),
  cancelled: z.number(),
  success_rate: z
    .number()
    .nullable()
    .meta({ description: 'Share of completed jobs among those that completed or died' }),
  mean_ms: z.number().nullable(),
  p50_ms: z.number().nullable().meta({ description: 'Of attempts, within 10 %' }),
  p95_ms: z.number().nullable(),
  p99_ms: z.number().nullable(),
  wait: percentilesSchema.nullable().meta({ description: 'From when an attempt was due to its start' }),
  lateness: percentilesSchema
    .nullable()
    .meta({ description: 'From the nominal time of a job to the start of its first attempt' }),
  slowest_ms: z.number(),
  slowest_job: z.string().nullable(),
});

const statsSchema = z.object({
  hours: z.number(),
  types: z.array(typeSchema),
  live: z.array(z.object({ type: z.string(), queue: z.string(), status: z.string(), count: z.number() })),
  live_capped: z.boolean(),
  unknown_types: z.array(z.string()).meta({ description: 'Due types that this instance does not know' }),
});

const typeJson = ({ successRate, meanMs, slowestMs, slowestJob, wait, lateness, ...type }: TypeStats) => {
  const { p50Ms, p95Ms, p99Ms, ...counts } = type;
  return {
    ...counts,
    success_rate: successRate,
    mean_ms: meanMs,
    ...{ p50_ms: p50Ms, p95_ms: p95Ms, p99_ms: p99Ms },
    wait: wait && percentilesJson(wait),
    lateness: lateness && percentilesJson(lateness),
    slowest_ms: slowestMs,
    slowest_job: slowestJob,
  } satisfies z.input<typeof typeSchema>;
};

interface QueueState {
  readonly name: string;
  readonly paused: boolean;
  readonly concurrency: number | null;
}
const queueJson = ({ name, paused, concurrency }: QueueState): z.input<typeof queueSchema> => ({
  ...{ name, paused, concurrency },
});

export const queueRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] =>
  scheduler.queue === undefined ? [] : routesOf(scheduler.queue);

const routesOf = (queue: Pick<JobQueue, 'admin' | 'unknownTypes'>): Route[] => [
  route({
    method: 'get',
    path: '/queues',
    id: 'listQueues',
    tag: 'Jobs',
    summary: 'All queues',
    responses: { 200: { description: 'All of them', schema: pageOf(queueSchema) } },
    handle: async () => ({ status: 200, body: wholeJson((await queue.admin.queues()).map(queueJson)) }),
  }),
  route({
    method: 'get',
    path: '/queues/stats',
    id: 'getQueueStats',
    tag: 'Jobs',
    summary: 'Per type: counts, success rate, mean, percentiles and slowest, from roll-ups',
    query: z.strictObject({ hours: z.coerce.number().int().min(1).max(2_160).default(24) }),
    responses: { 200: { description: 'The statistics', schema: statsSchema } },
    handle: async ({ query }) => {
      const { hours, types, live, liveCapped } = await queue.admin.stats(query.hours);
      const body: z.input<typeof statsSchema> = {
        hours,
        types: types.map(typeJson),
        live: live.map(({ type, queue, status, n }) => ({ type, queue, status, count: n })),
        live_capped: liveCapped,
        unknown_types: [...queue.unknownTypes()],
      };
      return { status: 200, body };
    },
  }),
  route({
    method: 'patch',
    path: '/queues/:name',
    id: 'updateQueue',
    tag: 'Jobs',
    summary: 'Pause or limit a queue; takes effect on every instance at once. Limits need the role admin',
    params: z.strictObject({ name: z.string().min(1).max(100) }),
    body: patchBody,
    responses: { 200: { description: 'The queue after the change', schema: queueSchema } },
    handle: async ({ params, body }, call) => {
      if (Object.keys(body).some((field) => field !== 'paused')) demandRole(call, 'admin', 'to change limits');
      const changed = await queue.admin.patchQueue(params.name, given(body), call.actor);
      return { status: 200, body: queueJson(changed) };
    },
  }),
];
