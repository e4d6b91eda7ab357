// The application's users and their jobs: own ones, own workspace's ones, and no others. Modules show theirs in a shape of their own.
import { z } from 'zod';
import { SchedulerError } from '../../../base/errors.js';
import { camelKeys } from '../../../base/snake-case.js';
import type { UserJobView, UserScope } from '../../../scheduler/contracts/user-jobs.js';
import type { UserJobs } from '../../../scheduler/queue/index.js';
import { given, pageOf, paging, uuid } from '../../kit/json.js';
import { route, type Call, type Route } from '../../kit/route.js';
import { userOf } from '../../kit/auth/user-actor.js';
import { showAll } from '../../access/payloads.js';
import { engineJobView, userJobJson, userJobSchema } from './engine-job-view.js';
import { JOB_STATUSES, logJson, logSchema } from './jobs-json.js';
import { cursorOf, listAll, readMark, SORT_WORDS, sortOf, sumCounts, worstBreaker } from './user-job-lists.js';

const scopeOf = (call: Call): UserScope => {
  const { userId, workspaceId } = userOf(call);
  return { userId, workspaceId };
};

const word = z.string().min(1).max(200).optional();
const statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum([...JOB_STATUSES, 'sent'])).min(1));

const MOST_OFFSET = 10_000;
const listQuery = z.strictObject({
  ...paging,
  offset: z.coerce.number().int().min(0).max(MOST_OFFSET).default(0),
  sort: z.enum(SORT_WORDS).default('-created_at').meta({ description: 'A leading minus sorts in descending order' }),
  status: statuses.optional().meta({ description: 'One or more, comma-separated' }),
  type: word,
  group_id: word,
  delivery_method: word,
  notification_type: word,
  recipient_id: word,
});

const truncated = z.boolean().meta({
  description:
    'With a `sort` other than `created_at`: there are older jobs than were sorted, which are the newest 50,000 notifications and as many other jobs',
});

const metricsSchema = (job: z.ZodType) =>
  z.object({
    summary: z.object({
      total_jobs: z.number(),
      total_capped: z.boolean(),
      success_rate_percent: z.number().nullable(),
      avg_processing_time_ms: z.number().nullable(),
      overdue_jobs: z.number(),
    }),
    status_counts: z.record(z.string(), z.number()),
    delivery_methods: z.record(z.string(), z.number()),
    recent_failures: z.array(job),
    queue_health: z.object({
      waiting: z.number(),
      active: z.number(),
      completed: z.number(),
      failed: z.number(),
      circuit_breaker: z.enum(['closed', 'half_open', 'open']),
    }),
  });

const params = z.strictObject({ id: uuid });
const eitherOf = (schemas: readonly z.ZodType[]): z.ZodType =>
  schemas.length === 1 ? (schemas[0] as z.ZodType) : z.union(schemas);
const rounded = (value: number | null, places = 0): number | null =>
  value === null ? null : Math.round(value * 10 ** places) / 10 ** places;

interface Sources {
  readonly users: UserJobs;
  readonly engine: UserJobView;
  readonly views: readonly UserJobView[];
}

/** Under `/api/jobs`. */
export function userJobRoutes(users: UserJobs, views: readonly UserJobView[] = []): Route[] {
  const engine = engineJobView(
    users,
    views.flatMap(({ types }) => types),
  );
  const sources: Sources = { users, engine, views };
  return [listRoute(sources), metricsRoute(sources), ...oneJobRoutes(sources)];
}

/** Those that can have jobs of this type. */
const sourcesFor = ({ engine, views }: Sources, type: string | undefined): readonly UserJobView[] => {
  if (type === undefined) return [engine, ...views];
  const own = views.filter(({ types }) => types.includes(type));
  return own.length > 0 ? own : [engine];
};

function listRoute(sources: Sources): Route {
  const schema = eitherOf([sources.engine, ...sources.views].map(({ schemas }) => schemas.job));
  return route({
    method: 'get',
    path: '/',
    id: 'listOwnJobs',
    tag: 'Own jobs',
    summary:
      'The user’s jobs, newest first; a page with a filter may have fewer than its limit although there is a next one',
    query: listQuery,
    responses: { 200: { description: 'One page', schema: pageOf(schema).extend({ truncated }) } },
    handle: async ({ query: { limit, cursor, offset, sort, ...filter } }, call) => {
      const after = readMark(cursor, sort);
      if (after !== null && offset > 0) throw offsetAndCursor();
      const query = { ...sortOf(sort), filter: camelKeys(filter), after, offset, limit };
      const found = await listAll(sourcesFor(sources, filter.type), scopeOf(call), query);
      const next_cursor = found.next === null ? null : cursorOf(found.next, sort);
      const items = found.items.map(({ job }) => job);
      return { status: 200, body: { items, next_cursor, truncated: found.truncated } };
    },
  });
}

const offsetAndCursor = (): SchedulerError => {
  const errors = [{ path: 'offset', message: 'cannot stand beside a cursor, which says where the page begins' }];
  return new SchedulerError('INVALID_INPUT', 'give either offset or cursor, not both', { errors });
};

function metricsRoute({ engine, views }: Sources): Route {
  const all = [engine, ...views];
  const schema = metricsSchema(eitherOf(all.map(({ schemas }) => schemas.job)));
  return route({
    method: 'get',
    path: '/metrics',
    id: 'getOwnJobMetrics',
    tag: 'Own jobs',
    summary: 'Counts over the jobs of the given hours, among the newest 10,000 of the user',
    query: z.strictObject({ hours: z.coerce.number().int().min(1).max(720).default(24) }),
    responses: { 200: { description: 'The counts', schema } },
    handle: async ({ query }, call) => {
      const found = sumCounts(await Promise.all(all.map((view) => view.count(scopeOf(call), query.hours))));
      const ended = found.succeeded + found.failed;
      const rate = ended === 0 ? null : (100 * found.succeeded) / ended;
      const { waiting, active, succeeded: completed, failed } = found;
      const body = {
        summary: {
          total_jobs: found.total,
          total_capped: found.capped,
          success_rate_percent: rounded(rate, 1),
          avg_processing_time_ms: rounded(found.meanMs),
          overdue_jobs: found.overdue,
        },
        status_counts: found.statuses,
        delivery_methods: found.deliveryMethods,
        recent_failures: found.recentFailures.map(({ job }) => job),
        queue_health: { waiting, active, completed, failed, circuit_breaker: worstBreaker(views) },
      };
      return { status: 200, body };
    },
  });
}

/** What a module shows, else what the engine does. Throws JOB_NOT_FOUND. */
async function find({ engine, views }: Sources, scope: UserScope, id: string) {
  for (const view of views) {
    const found = await view.get(scope, id);
    if (found !== null) return { ...found, view };
  }
  const found = await engine.get(scope, id);
  if (found === null) throw new SchedulerError('JOB_NOT_FOUND', `there is no job ${id}`, { id });
  return { ...found, view: engine };
}

function oneJobRoutes(sources: Sources): Route[] {
  const { users, engine, views } = sources;
  const detail = eitherOf([engine, ...views].map(({ schemas }) => schemas.detail));
  return [
    route({
      method: 'get',
      path: '/:id',
      id: 'getOwnJob',
      tag: 'Own jobs',
      summary: 'One of the user’s jobs, with its log',
      params,
      responses: { 200: { description: 'The job', schema: detail } },
      handle: async ({ params }, call) => ({ status: 200, body: (await find(sources, scopeOf(call), params.id)).body }),
    }),
    route({
      method: 'get',
      path: '/:id/logs',
      id: 'listOwnJobLogs',
      tag: 'Own jobs',
      summary: 'The log of one of the user’s jobs, oldest first',
      params,
      query: z.strictObject(paging).extend({
        cursor: z
          .string()
          .regex(/^\d{1,18}$/)
          .optional(),
      }),
      responses: { 200: { description: 'One page', schema: pageOf(logSchema) } },
      handle: async ({ params, query }, call) => {
        const { items, nextCursor } = await users.logs(scopeOf(call), params.id, given(query));
        return { status: 200, body: { items: items.map((line) => logJson(line, showAll)), next_cursor: nextCursor } };
      },
    }),
    route({
      method: 'delete',
      path: '/:id',
      id: 'cancelOwnJob',
      tag: 'Own jobs',
      summary: 'Cancel one of the user’s jobs while it is pending',
      params,
      responses: {
        200: {
          description: 'The cancelled job',
          schema: eitherOf([userJobSchema, ...views.map((view) => view.schemas.detail)]),
        },
        409: { description: 'It is running or has ended' },
      },
      handle: async ({ params: { id } }, call) => {
        const scope = scopeOf(call);
        const { view, status } = await find(sources, scope, id);
        // its job may be gone, while the history of the module goes on
        if (view !== engine && status !== 'pending')
          throw new SchedulerError('JOB_NOT_PENDING', `job ${id} is ${status}`, { id, status });
        const cancelled = await users.cancel(scope, id);
        if (view === engine) return { status: 200, body: userJobJson(cancelled) };
        return { status: 200, body: (await find(sources, scope, id)).body };
      },
    }),
  ];
}
