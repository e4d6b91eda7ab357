// /api/batch-lists: create, read, follow, cancel, resume and delete the user's own lists.
import { z } from 'zod';
import { given, pageOf, paging, route, userOf, uuid, type Call, type Route } from '../../../routes/index.js';
import type { Owner } from '../db/lists.js';
import type { Listing } from '../listing.js';
import { listEvents } from './list-events.js';
import { LIST_STATUSES, listJson, listSchema, PRIORITIES } from './list-json.js';

const tag = 'Batch lists';
export const params = z.strictObject({ id: uuid });
const cursor = uuid.optional().meta({ description: '`next_cursor` of the previous page' });
const title = z.string().trim().min(1).max(200);
export const about = { name: title, audience: title, priority: z.enum(PRIORITIES).default('normal') };

const createBody = z.strictObject({
  ...about,
  source: z
    .literal('members_api', { error: 'must be "members_api"; a file goes to POST /api/batch-lists/csv' })
    .default('members_api'),
});
const idempotency = z.object({ 'idempotency-key': z.string().min(1).max(200).optional() });
export const accepted = z.object({ id: uuid, job_id: uuid.nullable(), status: z.enum(LIST_STATUSES) });

export const ownerOf = (call: Call): Owner => {
  const { userId, workspaceId } = userOf(call);
  return { userId, workspaceId };
};

export const listRoutes = (listing: Listing): Route[] => [
  ...collection(listing),
  ...single(listing),
  ...changes(listing),
];

const collection = (listing: Listing): Route[] => [
  route({
    method: 'post',
    path: '/batch-lists',
    id: 'createBatchList',
    tag,
    summary: 'Create a list from the members API; it is imported in the background',
    headers: idempotency,
    body: createBody,
    responses: {
      202: { description: 'The list and its job', schema: accepted },
      409: { description: 'The workspace has no key' },
    },
    handle: async ({ body: { source: _, ...body }, headers }, call) => {
      const idempotencyKey = headers['idempotency-key'];
      const { list, repeated } = await listing.create(ownerOf(call), { ...body, ...given({ idempotencyKey }) });
      const { id, jobId: job_id, status } = list;
      const headersOut: Record<string, string> = { Location: `${call.base}/batch-lists/${id}` };
      if (repeated) headersOut['Idempotency-Replayed'] = 'true';
      return { status: 202, headers: headersOut, body: { id, job_id, status } };
    },
  }),
  route({
    method: 'get',
    path: '/batch-lists',
    id: 'listBatchLists',
    tag,
    summary: 'The user’s lists, newest first',
    query: z.strictObject({ limit: paging.limit, cursor, status: z.enum(LIST_STATUSES).optional() }),
    responses: { 200: { description: 'One page', schema: pageOf(listSchema) } },
    handle: async ({ query: { limit, cursor: before = null, status = null } }, call) => {
      const lists = await listing.list(ownerOf(call), { status, before, limit: limit + 1 });
      const items = lists.slice(0, limit);
      const next = lists.length > limit ? (items.at(-1)?.id ?? null) : null;
      return { status: 200, body: { items: items.map(listJson), next_cursor: next } };
    },
  }),
];

const single = (listing: Listing): Route[] => [
  route({
    method: 'get',
    path: '/batch-lists/:id',
    id: 'getBatchList',
    tag,
    summary: 'One list, with its progress',
    params,
    responses: { 200: { description: 'The list', schema: listSchema } },
    handle: async ({ params: { id } }, call) => ({ status: 200, body: listJson(await listing.get(ownerOf(call), id)) }),
  }),
  route({
    method: 'get',
    path: '/batch-lists/:id/events',
    id: 'watchBatchList',
    tag,
    summary: 'The list as server-sent events, up to four per second, until it ends',
    params,
    responses: {
      200: { description: 'Events `progress` and finally `finished`', contentType: 'text/event-stream' },
    },
    handle: ({ params: { id } }, call) => listEvents(() => listing.get(ownerOf(call), id), call.signal),
  }),
];

const changes = (listing: Listing): Route[] => [
  route({
    method: 'post',
    path: '/batch-lists/:id/resume',
    id: 'resumeBatchList',
    tag,
    summary: 'Continue a failed or cancelled import at its checkpoint',
    params,
    responses: {
      202: { description: 'The list and its new job', schema: accepted },
      409: { description: 'It is running or complete' },
    },
    handle: async ({ params: { id } }, call) => {
      const { jobId: job_id, status } = await listing.resume(ownerOf(call), id);
      return { status: 202, body: { id, job_id, status } };
    },
  }),
  route({
    method: 'post',
    path: '/batch-lists/:id/cancel',
    id: 'cancelBatchList',
    tag,
    summary: 'Cancel an import: it stops within a page, and stored members are kept',
    params,
    responses: { 200: { description: 'The list', schema: listSchema }, 409: { description: 'It has ended' } },
    handle: async ({ params: { id } }, call) => ({
      status: 200,
      body: listJson(await listing.cancel(ownerOf(call), id)),
    }),
  }),
  route({
    method: 'delete',
    path: '/batch-lists/:id',
    id: 'deleteBatchList',
    tag,
    summary: 'Delete a list; it disappears at once, and its rows are deleted in the background',
    params,
    responses: { 202: { description: 'The job that deletes its rows', schema: z.object({ id: uuid, job_id: uuid }) } },
    handle: async ({ params: { id } }, call) => {
      const jobId = await listing.remove(ownerOf(call), id);
      return { status: 202, body: { id, job_id: jobId } };
    },
  }),
];
