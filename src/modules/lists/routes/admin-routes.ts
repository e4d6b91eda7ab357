// For operators: lists of all users and workspaces, and uploading a file on behalf of a user.
import { z } from 'zod';
import { given, pageOf, paging, route, uuid, type Route } from '../../../routes/index.js';
import type { Db, ModuleHost } from '../../../scheduler/public.js';
import type { ReceiveDeps } from '../csv/receive-csv.js';
import { findAnyList, listAllLists } from '../db/all-lists.js';
import type { BatchList } from '../db/lists.js';
import { listError } from '../errors.js';
import { LIST_STATUSES, listJson, listSchema } from './list-json.js';
import { about, accepted, params } from './list-routes.js';
import { upload, uploadHeaders } from './upload-route.js';

const tag = 'Batch lists';
const ownerId = z.string().trim().min(1).max(200);
const owner = { user_id: ownerId, workspace_id: ownerId.optional() };

export const ownedListSchema = listSchema
  .extend({ user_id: z.string(), workspace_id: z.string().nullable() })
  .meta({ id: 'OwnedBatchList' });

export const ownedJson = (list: BatchList): z.input<typeof ownedListSchema> => ({
  ...listJson(list),
  user_id: list.userId,
  workspace_id: list.workspaceId,
});

export interface AdminListDeps {
  readonly host: Pick<ModuleHost, 'db' | 'audit'>;
  readonly upload: ReceiveDeps;
}

export const adminListRoutes = (deps: AdminListDeps): Route[] => [uploadFor(deps), ...reads(deps)];

/** Whosesoever it is. Throws LIST_NOT_FOUND. */
export async function anyList(db: Db, id: string): Promise<BatchList> {
  const list = await findAnyList(db, id);
  if (list === undefined) throw listError('LIST_NOT_FOUND', `there is no batch list ${id}`, { id });
  return list;
}

const uploadFor = ({ host, upload: receives }: AdminListDeps): Route =>
  route({
    method: 'post',
    path: '/batch-lists/csv',
    id: 'uploadBatchListFor',
    tag,
    summary: 'Create a list for a user from a CSV file; its header names email, name and id in any order',
    headers: uploadHeaders,
    query: z.strictObject({ ...about, ...owner }),
    rawBody: ['text/csv', 'multipart/form-data'],
    responses: {
      202: { description: 'The list', schema: accepted },
      400: { description: 'The file cannot be read; no part of it was stored' },
    },
    handle: ({ query, headers }, call) => {
      const { user_id: userId, workspace_id: workspaceId, ...rest } = query;
      const details = { user_id: userId, ...given({ workspace_id: workspaceId }) };
      const entry = { by: call.actor, action: 'batch_list.import', details };
      const onComplete = (tx: Db, id: string) => host.audit.record({ ...entry, target: id }, { db: tx });
      const whose = { userId, workspaceId: workspaceId ?? null };
      return upload(receives, whose, { ...rest, onComplete }, headers, call);
    },
  });

const reads = ({ host }: AdminListDeps): Route[] => [
  route({
    method: 'get',
    path: '/batch-lists',
    id: 'listAllBatchLists',
    tag,
    summary: 'Batch lists of all users, newest first',
    query: z.strictObject({
      limit: paging.limit,
      cursor: uuid.optional().meta({ description: '`next_cursor` of the previous page' }),
      status: z.enum(LIST_STATUSES).optional(),
      user_id: ownerId.optional(),
      workspace_id: ownerId.optional(),
    }),
    responses: { 200: { description: 'One page', schema: pageOf(ownedListSchema) } },
    handle: async ({ query: { limit, cursor = null, status = null, user_id = null, workspace_id = null } }) => {
      const wanted = { status, userId: user_id, workspaceId: workspace_id, before: cursor, limit: limit + 1 };
      const lists = await listAllLists(host.db, wanted);
      const items = lists.slice(0, limit);
      const next_cursor = lists.length > limit ? (items.at(-1)?.id ?? null) : null;
      return { status: 200, body: { items: items.map(ownedJson), next_cursor } };
    },
  }),
  route({
    method: 'get',
    path: '/batch-lists/:id',
    id: 'getAnyBatchList',
    tag,
    summary: 'One batch list, with its progress and its owner',
    params,
    responses: { 200: { description: 'The list', schema: ownedListSchema } },
    handle: async ({ params: { id } }) => ({ status: 200, body: ownedJson(await anyList(host.db, id)) }),
  }),
];
