// Single subscriptions: list, create, read, change, pause, run now, and the outcome of each occurrence.
import { z } from 'zod';
import { SchedulerError } from '../../../base/errors.js';
import { maskSecrets } from '../../../base/secrets/mask-secrets.js';
import {
  jsonToInput,
  schedulePatchSchema,
  scheduleSchema,
  type ScheduleInput,
  type ScheduleJson,
  type SchedulePatch,
} from '../../../scheduler/schedule/index.js';
import type { Actor } from '../../../scheduler/contracts/scheduler.js';
import type { Subscription } from '../../../subscriptions/api/subscriptions-api.js';
import { payloadsFor } from '../../access/payloads.js';
import { flagInput, given, pageJson, pageOf, paging, subscriptionParams, timeInput } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler, SubscriptionsApi } from '../../scheduler-port.js';
import { SUBSCRIPTIONS_PROCESS } from '../runs/run-input.js';
import {
  filterFields,
  ledgerJson,
  ledgerSchema,
  ownerId,
  searchField,
  subscriptionJson,
  subscriptionSchema,
  toFilter,
} from './subscription-json.js';
import { triggerHeaders, triggerReply, triggerResponses } from '../runs/trigger.js';

const tag = 'Subscriptions';
const one = { description: 'The subscription', schema: subscriptionSchema };

const SORTS = ['next_run_at', 'created_at', 'last_run_at', 'consecutive_failures', 'user_id'] as const;
const sortInput = z.enum(SORTS.flatMap((name) => [name, `-${name}`] as const)).meta({
  description:
    'Default: by id. `next_run_at`: what is paused, suspended or inactive comes last. In a large table, `created_at`, ' +
    '`last_run_at` and `consecutive_failures` need an index of their own, unless `user_id` or `tenant_id` is given: 400 otherwise',
});

const listSchema = pageOf(subscriptionSchema).extend({
  sorts: z.array(z.enum(SORTS)).meta({
    description: 'What this list can be sorted by, in either direction, with its filter and at the size of the table',
  }),
});

const metadata = z.record(z.string(), z.unknown()).optional();

const createBody = z.strictObject({
  user_id: z.union([ownerId, z.int()]),
  schedule: scheduleSchema.optional().meta({ description: 'Default: daily at 09:00' }),
  tenant_id: ownerId.nullable().optional(),
  active: z.boolean().optional(),
  metadata,
});

const patchBody = z
  .strictObject({
    schedule: schedulePatchSchema
      .optional()
      .meta({ description: 'Fields to change; null removes a field. Takes effect immediately' }),
    tenant_id: ownerId.nullable().optional(),
    active: z.boolean().optional(),
    metadata,
    paused_until: timeInput.nullable().optional().meta({ description: 'Pause until then; null: resume' }),
    paused: z
      .boolean()
      .optional()
      .meta({ description: 'true: pause until resumed; false: resume, including from a suspension' }),
  })
  .refine((body) => Object.keys(body).length > 0, 'give at least one field')
  .refine((body) => body.paused === undefined || body.paused_until === undefined, {
    path: ['paused'],
    message: 'give either `paused` or `paused_until`',
  });

/** The subscriptions of this scheduler. Throws SUBSCRIPTIONS_DISABLED when it has none. */
export function subscriptionsOf(scheduler: Pick<AdminScheduler, 'subscriptions'>): SubscriptionsApi {
  if (scheduler.subscriptions) return scheduler.subscriptions;
  throw new SchedulerError('SUBSCRIPTIONS_DISABLED', 'this scheduler was created without subscriptions');
}

export const subscriptionRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/subscriptions',
    id: 'listSubscriptions',
    tag,
    summary: 'List, filtered by status, owner, zone or what is due',
    query: z.strictObject({
      ...paging,
      ...filterFields,
      ...searchField,
      due: flagInput.optional(),
      sort: sortInput.optional(),
    }),
    responses: { 200: { description: 'One page', schema: listSchema } },
    handle: async ({ query: { limit, cursor, sort, ...filter } }, call) => {
      const query = { ...toFilter(filter), ...given({ limit, cursor, sort }) };
      const api = subscriptionsOf(scheduler);
      const [page, sorts] = await Promise.all([api.list(query), api.sorts(query)]);
      const show = payloadsFor(call);
      return { status: 200, body: { ...pageJson(page, (one) => subscriptionJson(one, show)), sorts } };
    },
  }),
  route({
    method: 'post',
    path: '/subscriptions',
    id: 'createSubscription',
    tag,
    summary: 'Create a subscription; its first run is at its next occurrence',
    body: createBody,
    responses: { 201: one },
    handle: async ({ body: { user_id, tenant_id, schedule, ...rest } }, { actor, base }) => {
      const input = { userId: user_id, ...given({ tenantId: tenant_id, schedule: toInput(schedule), ...rest }) };
      const created = await subscriptionsOf(scheduler).create(input, actor);
      const location = `${base}/subscriptions/${created.id}`;
      return { status: 201, headers: { Location: location }, body: subscriptionJson(created, maskSecrets) };
    },
  }),
  route({
    method: 'get',
    path: '/subscriptions/:id',
    id: 'getSubscription',
    tag,
    summary: 'One subscription',
    params: subscriptionParams,
    responses: { 200: one },
    handle: async ({ params }, call) => ({
      status: 200,
      body: subscriptionJson(await subscriptionsOf(scheduler).get(params.id), payloadsFor(call)),
    }),
  }),
  route({
    method: 'patch',
    path: '/subscriptions/:id',
    id: 'updateSubscription',
    tag,
    summary: 'Change its schedule, pause or resume it',
    params: subscriptionParams,
    body: patchBody,
    responses: { 200: one },
    handle: async ({ params, body }, { actor }) => ({
      status: 200,
      body: subscriptionJson(await change(subscriptionsOf(scheduler), params.id, body, actor), maskSecrets),
    }),
  }),
  route({
    method: 'post',
    path: '/subscriptions/:id/process',
    id: 'processSubscription',
    tag,
    summary: 'Run one now, due or not; its next run is unchanged',
    params: subscriptionParams,
    headers: triggerHeaders,
    responses: triggerResponses,
    handle: async ({ params, headers }, call) => {
      const { id } = await subscriptionsOf(scheduler).get(params.id);
      const started = await scheduler.begin(SUBSCRIPTIONS_PROCESS, {
        by: call.actor,
        trigger: 'manual',
        input: { subscriptionIds: [id], force: true },
        ...given({ idempotencyKey: headers['idempotency-key'] }),
      });
      return triggerReply(started, headers, call);
    },
  }),
  route({
    method: 'get',
    path: '/subscriptions/:id/runs',
    id: 'listSubscriptionRuns',
    tag,
    summary: 'Its ledger: every settled occurrence, newest first',
    params: subscriptionParams,
    query: z.strictObject(paging),
    responses: { 200: { description: 'One page', schema: pageOf(ledgerSchema) } },
    handle: async ({ params, query }) => ({
      status: 200,
      body: pageJson(await subscriptionsOf(scheduler).ledger(params.id, given(query)), ledgerJson),
    }),
  }),
];

const toInput = (schedule: ScheduleJson | undefined): ScheduleInput | undefined => schedule && jsonToInput(schedule);

const toPatch = (json: z.output<typeof schedulePatchSchema>): SchedulePatch => jsonToInput(json as ScheduleJson);

/** The schedule is changed before the pause, so that a resume uses the new schedule. */
async function change(
  api: SubscriptionsApi,
  id: string,
  { paused, paused_until: until, tenant_id, schedule, ...rest }: z.output<typeof patchBody>,
  by: Actor,
): Promise<Subscription> {
  const patch = given({ tenantId: tenant_id, schedule: schedule && toPatch(schedule), ...rest });
  const touched = Object.keys(patch).length > 0 ? await api.update(id, patch, by) : null;
  if (paused === true) return api.pause(id, null, by);
  if (paused === false || until === null) return api.resume(id, by);
  if (until !== undefined) return api.pause(id, until, by);
  return touched ?? api.get(id);
}
