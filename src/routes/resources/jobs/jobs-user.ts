// The application's users and their jobs: own ones, own workspace's ones, and no others.
import { z } from 'zod';
import type { Job, JobFilter, UserJobs, UserScope } from '../../../scheduler/queue/index.js';
import { given, pageJson, pageOf, paging, uuid } from '../../kit/json.js';
import { route, type Call, type Route } from '../../kit/route.js';
import { userOf } from '../../kit/user-actor.js';
import { jobFilters, logJson, logSchema, toFilter, userJobJson, userJobSchema } from './jobs-json.js';

const scopeOf = (call: Call): UserScope => {
  const { userId, workspaceId } = userOf(call);
  return { userId, workspaceId };
};

const word = z.string().min(1).max(200).optional();
const listQuery = z.strictObject({
  ...paging,
  status: jobFilters.status,
  type: jobFilters.type,
  group_id: jobFilters.group_id,
  delivery_method: word,
  notification_type: word,
  recipient_id: word,
});

/** Three of the filters are fields of the payload. */
function filterOf(query: Omit<z.output<typeof listQuery>, 'limit' | 'cursor'>): JobFilter {
  const { delivery_method, notification_type, recipient_id, ...rest } = query;
  const payload = given({ delivery_method, notification_type, recipient_id });
  return { ...toFilter(given(rest)), ...(Object.keys(payload).length === 0 ? {} : { payload }) };
}

const recipientOf = ({ payload }: Job): unknown => {
  const { recipient, to } = (payload ?? {}) as { recipient?: unknown; to?: unknown };
  return recipient ?? to ?? null;
};

const metricsSchema = z.object({
  summary: z.object({
    total_jobs: z.number(),
    total_capped: z.boolean(),
    success_rate_percent: z.number().nullable(),
    avg_processing_time_ms: z.number().nullable(),
    overdue_jobs: z.number(),
  }),
  status_counts: z.record(z.string(), z.number()),
  delivery_methods: z.record(z.string(), z.number()),
  recent_failures: z.array(userJobSchema),
  queue_health: z.enum(['healthy', 'degraded']),
});

const params = z.strictObject({ id: uuid });
const SHOWN_LOGS = 200;

/** Under `/api/jobs`. */
export const userJobRoutes = (users: UserJobs): Route[] => [
  route({
    method: 'get',
    path: '/',
    id: 'listOwnJobs',
    tag: 'Own jobs',
    summary: 'Own jobs, newest first',
    query: listQuery,
    responses: { 200: { description: 'One page', schema: pageOf(userJobSchema) } },
    handle: async ({ query: { limit, cursor, ...query } }, call) => {
      const page = await users.list(scopeOf(call), filterOf(query), given({ limit, cursor }));
      return { status: 200, body: pageJson(page, userJobJson) };
    },
  }),
  route({
    method: 'get',
    path: '/metrics',
    id: 'getOwnJobMetrics',
    tag: 'Own jobs',
    summary: 'Counts over the newest 10,000 of the own jobs of the last hours',
    query: z.strictObject({ hours: z.coerce.number().int().min(1).max(720).default(24) }),
    responses: { 200: { description: 'The counts', schema: metricsSchema } },
    handle: async ({ query }, call) => {
      const found = await users.metrics(scopeOf(call), query.hours);
      const ended = found.completed + found.dead;
      const rate = ended === 0 ? null : (100 * found.completed) / ended;
      const body: z.input<typeof metricsSchema> = {
        summary: {
          total_jobs: found.total,
          total_capped: found.capped,
          success_rate_percent: rate === null ? null : Math.round(rate * 10) / 10,
          avg_processing_time_ms: found.mean_ms === null ? null : Math.round(found.mean_ms),
          overdue_jobs: found.overdue,
        },
        status_counts: { ...found.statuses },
        delivery_methods: { ...found.delivery_methods },
        recent_failures: found.recentFailures.map(userJobJson),
        queue_health: found.overdue > 0 || (rate !== null && rate < 90) ? 'degraded' : 'healthy',
      };
      return { status: 200, body };
    },
  }),
  route({
    method: 'get',
    path: '/:id',
    id: 'getOwnJob',
    tag: 'Own jobs',
    summary: 'One own job, with its log',
    params,
    responses: {
      200: {
        description: 'The job',
        schema: z.object({ job: userJobSchema, recipient: z.unknown(), delivery_logs: z.array(logSchema) }),
      },
    },
    handle: async ({ params }, call) => {
      const job = await users.get(scopeOf(call), params.id);
      const logs = await users.logs(scopeOf(call), params.id, { limit: SHOWN_LOGS });
      const body = { job: userJobJson(job), recipient: recipientOf(job), delivery_logs: logs.items.map(logJson) };
      return { status: 200, body };
    },
  }),
  route({
    method: 'get',
    path: '/:id/logs',
    id: 'listOwnJobLogs',
    tag: 'Own jobs',
    summary: 'The log of an own job, oldest first',
    params,
    query: z.strictObject(paging).extend({
      cursor: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
    }),
    responses: { 200: { description: 'One page', schema: pageOf(logSchema) } },
    handle: async ({ params, query }, call) => ({
      status: 200,
      body: pageJson(await users.logs(scopeOf(call), params.id, given(query)), logJson),
    }),
  }),
  route({
    method: 'delete',
    path: '/:id',
    id: 'cancelOwnJob',
    tag: 'Own jobs',
    summary: 'Cancel an own job that has not begun: pending, waiting for others, or for its retry',
    params,
    responses: {
      200: { description: 'The cancelled job', schema: userJobSchema },
      409: { description: 'It runs or has ended' },
    },
    handle: async ({ params }, call) => ({
      status: 200,
      body: userJobJson(await users.cancel(scopeOf(call), params.id)),
    }),
  }),
];
