// Webhook endpoints: create, change, rotate the secret, list deliveries and redeliver.
import { z } from 'zod';
import {
  given,
  isoOrNull,
  maybeTime,
  pageJson,
  pageOf,
  paging,
  payloadsFor,
  route,
  time,
  uuid,
  wholeJson,
  type Route,
  type ShowPayload,
} from '../../../routes/index.js';
import { WEBHOOK_EVENTS, type WebhookDelivery, type WebhookEndpoint, type Webhooks } from '../create-webhooks.js';

const endpointSchema = z
  .object({
    id: uuid,
    workspace_id: z.string().nullable().meta({ description: 'null: receives events of all workspaces' }),
    url: z.string(),
    description: z.string().nullable(),
    events: z.array(z.string()),
    types: z.array(z.string()).nullable().meta({ description: 'Job types whose events are sent; null: all' }),
    enabled: z.boolean(),
    disabled_why: z.string().nullable(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'WebhookEndpoint' });

const withSecret = z.object({
  endpoint: endpointSchema,
  secret: z.string().meta({ description: 'Shown only in this response' }),
});

const deliverySchema = z
  .object({
    id: uuid,
    endpoint_id: uuid,
    event: z.string(),
    payload: z.unknown(),
    status: z.enum(['pending', 'delivered', 'dead']),
    attempts: z.number(),
    response_status: z.number().nullable(),
    error: z.string().nullable(),
    duration_ms: z.number().nullable(),
    created_at: time,
    delivered_at: maybeTime,
  })
  .meta({ id: 'WebhookDelivery' });

const endpointJson = (endpoint: WebhookEndpoint): z.input<typeof endpointSchema> => ({
  id: endpoint.id,
  workspace_id: endpoint.workspaceId,
  url: endpoint.url,
  description: endpoint.description,
  events: [...endpoint.events],
  types: endpoint.types === null ? null : [...endpoint.types],
  enabled: endpoint.enabled,
  disabled_why: endpoint.disabledWhy,
  created_at: endpoint.createdAt.toISOString(),
  updated_at: endpoint.updatedAt.toISOString(),
});

const deliveryJson = (delivery: WebhookDelivery, show: ShowPayload): z.input<typeof deliverySchema> => ({
  id: delivery.id,
  endpoint_id: delivery.endpointId,
  event: delivery.event,
  payload: show(delivery.payload),
  status: delivery.status,
  attempts: delivery.attempts,
  response_status: delivery.responseStatus,
  error: delivery.error,
  duration_ms: delivery.durationMs,
  created_at: delivery.createdAt.toISOString(),
  delivered_at: isoOrNull(delivery.deliveredAt),
});

const fields = {
  url: z.string().max(2_000),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1),
  types: z.array(z.string().min(1).max(100)).min(1).nullable().optional(),
  description: z.string().max(500).nullable().optional(),
};
const createBody = z.strictObject({ ...fields, workspace_id: z.string().min(1).max(200).nullable().optional() });
const patchBody = z
  .strictObject({ ...fields, enabled: z.boolean() })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'give at least one field');

const params = z.strictObject({ id: uuid });
const deliveryParams = z.strictObject({ id: uuid, delivery_id: uuid });

export const webhookRoutes = (webhooks: Webhooks): Route[] => [
  ...endpointRoutes(webhooks),
  ...deliveryRoutes(webhooks),
];

const endpointRoutes = (webhooks: Webhooks): Route[] => [
  route({
    method: 'get',
    path: '/webhooks',
    id: 'listWebhooks',
    tag: 'Webhooks',
    summary: 'All endpoints, or those of one workspace',
    query: z.strictObject({ workspace_id: z.string().min(1).max(200).optional() }),
    responses: { 200: { description: 'All of them', schema: pageOf(endpointSchema) } },
    handle: async ({ query }) => ({
      status: 200,
      body: wholeJson((await webhooks.list(query.workspace_id)).map(endpointJson)),
    }),
  }),
  route({
    method: 'post',
    path: '/webhooks',
    id: 'createWebhook',
    role: 'admin',
    tag: 'Webhooks',
    summary: 'Create an endpoint; its secret is only in this response',
    body: createBody,
    responses: { 201: { description: 'The endpoint and its secret', schema: withSecret } },
    handle: async ({ body: { workspace_id: workspaceId, ...body } }, { actor }) => {
      const { endpoint, secret } = await webhooks.create({ ...body, ...given({ workspaceId }) }, actor);
      return { status: 201, body: { endpoint: endpointJson(endpoint), secret } };
    },
  }),
  route({
    method: 'get',
    path: '/webhooks/:id',
    id: 'getWebhook',
    tag: 'Webhooks',
    summary: 'One endpoint',
    params,
    responses: { 200: { description: 'The endpoint', schema: endpointSchema } },
    handle: async ({ params }) => ({ status: 200, body: endpointJson(await webhooks.get(params.id)) }),
  }),
  route({
    method: 'patch',
    path: '/webhooks/:id',
    id: 'updateWebhook',
    role: 'admin',
    tag: 'Webhooks',
    summary: 'Change, disable or enable an endpoint',
    params,
    body: patchBody,
    responses: { 200: { description: 'The endpoint after the change', schema: endpointSchema } },
    handle: async ({ params, body }, { actor }) => {
      const endpoint = await webhooks.update(params.id, given(body), actor);
      return { status: 200, body: endpointJson(endpoint) };
    },
  }),
  route({
    method: 'delete',
    path: '/webhooks/:id',
    id: 'deleteWebhook',
    role: 'admin',
    tag: 'Webhooks',
    summary: 'Delete an endpoint and its deliveries',
    params,
    responses: { 204: { description: 'Deleted' } },
    handle: async ({ params }, { actor }) => {
      await webhooks.remove(params.id, actor);
      return { status: 204 };
    },
  }),
  route({
    method: 'post',
    path: '/webhooks/:id/rotate',
    id: 'rotateWebhook',
    role: 'admin',
    tag: 'Webhooks',
    summary: 'Replace the secret; the old one also signs for a day',
    params,
    responses: { 200: { description: 'The endpoint and its new secret', schema: withSecret } },
    handle: async ({ params }, { actor }) => {
      const { endpoint, secret } = await webhooks.rotate(params.id, actor);
      return { status: 200, body: { endpoint: endpointJson(endpoint), secret } };
    },
  }),
];

const deliveryRoutes = (webhooks: Webhooks): Route[] => [
  route({
    method: 'get',
    path: '/webhooks/:id/deliveries',
    id: 'listWebhookDeliveries',
    tag: 'Webhooks',
    summary: 'Deliveries and their outcomes, newest first',
    params,
    query: z.strictObject({
      ...paging,
      cursor: uuid.optional(),
      status: z.enum(['pending', 'delivered', 'dead']).optional(),
    }),
    responses: { 200: { description: 'One page', schema: pageOf(deliverySchema) } },
    handle: async ({ params, query }, call) => {
      const show = payloadsFor(call);
      const page = await webhooks.deliveries(params.id, given(query));
      return { status: 200, body: pageJson(page, (delivery) => deliveryJson(delivery, show)) };
    },
  }),
  route({
    method: 'post',
    path: '/webhooks/:id/deliveries/:delivery_id/redeliver',
    id: 'redeliverWebhook',
    tag: 'Webhooks',
    summary: 'Redeliver the same message',
    params: deliveryParams,
    responses: {
      202: { description: 'It is on its way', schema: deliverySchema },
      409: { description: 'It is being sent, or waits for its next attempt' },
    },
    handle: async ({ params }, call) => {
      const delivery = await webhooks.redeliver(params.id, params.delivery_id, call.actor);
      return { status: 202, body: deliveryJson(delivery, payloadsFor(call)) };
    },
  }),
];
