// Jobs and dead letters: list, look at, cancel, retry one or many.
import { z } from 'zod';
import type { Logger } from '../../../base/logger.js';
import type { JobQueue } from '../../../scheduler/queue/index.js';
import { given, pageJson, pageOf, paging, uuid } from '../../kit/json.js';
import { changeHeaders, changeResponses, longChange, type LongChange } from '../../kit/waiting/long-change.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { deadRoutes } from './jobs-dead.js';
import { dependencyRoutes } from './jobs-dependencies.js';
import { enqueueRoutes } from './jobs-enqueue.js';
import { typeRoutes } from './jobs-types.js';
import { maskSecrets } from '../../../base/secrets/mask-secrets.js';
import { payloadsFor } from '../../access/payloads.js';
import { jobFiltersOfBody, jobFiltersOfList, jobJson, jobSchema, logJson, logSchema, toFilter } from './jobs-json.js';

const jobList = pageOf(jobSchema).extend({
  truncated: z.boolean().meta({
    description:
      'With `error` or `error_group`: there are more failures than were looked at, which are the newest 20,000 dead jobs and as many between two attempts',
  }),
});

const jobParams = z.strictObject({ id: uuid });

const retryBody = z
  .strictObject({
    ...jobFiltersOfBody,
    ids: z.array(uuid).min(1).max(1_000).optional(),
    dry_run: z.boolean().default(false),
  })
  .refine(({ dry_run: _, ...filter }) => Object.keys(filter).length > 0, 'give at least one condition');

const levels = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(['debug', 'info', 'warn', 'error'])))
  .optional();

const NOT_PENDING = { 409: { description: 'It is in another state' } };

interface Deps {
  readonly scheduler: AdminScheduler;
  readonly logger: Logger;
}

/** No routes where the scheduler has no queue. */
export const jobRoutes = ({ scheduler: { queue }, logger }: Deps): Route[] =>
  queue === undefined ? [] : routesOf(queue, logger);

const routesOf = ({ admin, types }: Pick<JobQueue, 'admin' | 'types'>, logger: Logger): Route[] => [
  ...enqueueRoutes({ admin }),
  ...typeRoutes({ types }),
  ...deadRoutes({ admin }),
  ...dependencyRoutes({ admin }),
  route({
    method: 'get',
    path: '/jobs',
    id: 'listJobs',
    tag: 'Jobs',
    summary: 'Jobs, newest first; dead letters are those with status dead',
    query: z.strictObject({ ...paging, ...jobFiltersOfList }),
    responses: { 200: { description: 'One page', schema: jobList } },
    handle: async ({ query: { limit, cursor, ...filter } }, call) => {
      const page = await admin.list(toFilter(filter), { limit, ...given({ cursor }) });
      const show = payloadsFor(call);
      return { status: 200, body: { ...pageJson(page, (job) => jobJson(job, show)), truncated: page.truncated } };
    },
  }),
  route({
    method: 'post',
    path: '/jobs/retry',
    id: 'retryJobs',
    tag: 'Jobs',
    summary: 'Retry dead or cancelled jobs by filter; at most 10,000 at a time',
    headers: changeHeaders,
    body: retryBody,
    responses: changeResponses,
    handle: ({ headers, body: { dry_run: dryRun, ids, ...filter } }, call) => {
      const jobs = { ...toFilter(filter), ...given({ ids }) };
      const work: LongChange['work'] = (onRecorded) => admin.retryMany(jobs, { dryRun, onRecorded, by: call.actor });
      return longChange({ action: 'jobs.retry', dryRun, work }, headers, call, logger);
    },
  }),
  route({
    method: 'get',
    path: '/jobs/:id',
    id: 'getJob',
    tag: 'Jobs',
    summary: 'One job',
    params: jobParams,
    responses: { 200: { description: 'The job', schema: jobSchema } },
    handle: async ({ params }, call) => ({
      status: 200,
      body: jobJson(await admin.get(params.id), payloadsFor(call)),
    }),
  }),
  route({
    method: 'get',
    path: '/jobs/:id/logs',
    id: 'listJobLogs',
    tag: 'Jobs',
    summary: 'The log written by its handler, oldest first',
    params: jobParams,
    query: z.strictObject({ ...paging, level: levels.meta({ description: 'One or more, comma-separated' }) }),
    responses: { 200: { description: 'One page', schema: pageOf(logSchema) } },
    handle: async ({ params, query: { level, ...page } }, call) => {
      const lines = await admin.logs(params.id, given({ ...page, levels: level }));
      const show = payloadsFor(call);
      return { status: 200, body: pageJson(lines, (line) => logJson(line, show)) };
    },
  }),
  route({
    method: 'post',
    path: '/jobs/:id/retry',
    id: 'retryJob',
    tag: 'Jobs',
    summary: 'Retry a dead or cancelled job: it is due at once, and its attempts start over',
    params: jobParams,
    responses: { 200: { description: 'The job', schema: jobSchema }, ...NOT_PENDING },
    handle: async ({ params }, { actor }) => ({
      status: 200,
      body: jobJson(await admin.retry(params.id, actor), maskSecrets),
    }),
  }),
  route({
    method: 'post',
    path: '/jobs/:id/cancel',
    id: 'cancelJob',
    tag: 'Jobs',
    summary: 'Cancel a job, running or not; a recurring one ends with it',
    params: jobParams,
    body: z.strictObject({ reason: z.string().min(1).max(500).optional() }).prefault({}),
    responses: { 200: { description: 'The job', schema: jobSchema }, ...NOT_PENDING },
    handle: async ({ params, body }, { actor }) => {
      const reason = body.reason ?? `cancelled by ${actor.name}`;
      return { status: 200, body: jobJson(await admin.cancel(params.id, { reason, by: actor }), maskSecrets) };
    },
  }),
];
