// For operators: watch, cancel and resume the import of anybody, and see what was left out of it and why.
import { z } from 'zod';
import { pageOf, paging, payloadsFor, route, wholeJson, type Route } from '../../../routes/index.js';
import type { ModuleHost } from '../../../scheduler/public.js';
import { countRejects } from '../db/all-lists.js';
import { listRejects } from '../db/members.js';
import type { Listing } from '../listing.js';
import { anyList, ownedJson, ownedListSchema } from './admin-routes.js';
import { listEvents } from './list-events.js';
import { params } from './list-routes.js';
import { pageBody, position, rejectJson, rejectSchema } from './member-routes.js';

const tag = 'Batch lists';
const one = { description: 'The list', schema: ownedListSchema };
const reasonSchema = z.object({ reason: z.string(), count: z.number() });

export interface OperateDeps {
  readonly host: Pick<ModuleHost, 'db'>;
  readonly listing: Pick<Listing, 'cancel' | 'resume'>;
}

/** Under `/admin`. */
export const operateListRoutes = (deps: OperateDeps): Route[] => [...changes(deps), ...looks(deps)];

const changes = ({ host: { db }, listing }: OperateDeps): Route[] => [
  route({
    method: 'post',
    path: '/batch-lists/:id/cancel',
    id: 'cancelAnyBatchList',
    tag,
    summary: 'Cancel an import: it stops within a page, and stored members are kept',
    params,
    body: z.strictObject({}).prefault({}),
    responses: { 200: one, 409: { description: 'It has ended' } },
    handle: async ({ params: { id } }, { actor }) => ({
      status: 200,
      body: ownedJson(await listing.cancel(await anyList(db, id), id, actor)),
    }),
  }),
  route({
    method: 'post',
    path: '/batch-lists/:id/resume',
    id: 'resumeAnyBatchList',
    tag,
    summary: 'Continue a failed or cancelled import at its checkpoint',
    params,
    body: z.strictObject({}).prefault({}),
    responses: { 202: one, 409: { description: 'It is running or complete, or its file must be uploaded again' } },
    handle: async ({ params: { id } }, { actor }) => ({
      status: 202,
      body: ownedJson(await listing.resume(await anyList(db, id), id, actor)),
    }),
  }),
];

const looks = ({ host: { db } }: OperateDeps): Route[] => [
  route({
    method: 'get',
    path: '/batch-lists/:id/events',
    id: 'watchAnyBatchList',
    tag,
    summary: 'The list as server-sent events, up to four per second, until it ends',
    params,
    responses: {
      200: { description: 'Events `progress` and finally `finished`', contentType: 'text/event-stream' },
    },
    handle: ({ params: { id } }, call) => listEvents(() => anyList(db, id), call.signal),
  }),
  route({
    method: 'get',
    path: '/batch-lists/:id/rejects',
    id: 'listRejectsOfAnyList',
    tag,
    summary: 'Rejected members with the reason, up to 100,000. Viewers do not see what was rejected',
    params,
    query: z.strictObject({ limit: paging.limit, cursor: position }),
    responses: { 200: { description: 'One page', schema: pageOf(rejectSchema) } },
    handle: async ({ params: { id }, query: { limit, cursor: after = null } }, call) => {
      await anyList(db, id);
      const show = payloadsFor(call);
      const rows = await listRejects(db, { listId: id, after, limit: limit + 1 });
      const shown = (row: (typeof rows)[number]): z.input<typeof rejectSchema> => ({
        ...rejectJson(row),
        value: show(row.value) as string | null,
      });
      return { status: 200, body: pageBody(rows, limit, shown, ({ id: last }) => last) };
    },
  }),
  route({
    method: 'get',
    path: '/batch-lists/:id/rejects/reasons',
    id: 'countRejectsOfAnyList',
    tag,
    summary: 'Why members were rejected, with their numbers',
    params,
    query: z.strictObject({}),
    responses: { 200: { description: 'The reasons, the most frequent first', schema: pageOf(reasonSchema) } },
    handle: async ({ params: { id } }) => {
      await anyList(db, id);
      return { status: 200, body: wholeJson([...(await countRejects(db, id))]) };
    },
  }),
];
