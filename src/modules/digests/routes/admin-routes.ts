// For operators: the digest schedules of everybody, paused, resumed and deleted, and the next mail of each.
import { z } from 'zod';
import { camelKeys } from '../../../base/snake-case.js';
import { adminOf, paging, pageOf, route, type Route } from '../../../routes/index.js';
import type { DigestOperations, OwnedDigestSchedule } from '../api/operate-digests.js';
import type { PreviewDigest } from '../api/preview-digest.js';
import { digestScheduleJson, digestScheduleSchema } from './digest-json.js';
import { digestParams, digestFilters } from './digest-routes.js';
import { previewJson, previewSchema } from './preview-route.js';

const tag = 'Digests';
const path = '/digest-schedules';

const ownedSchema = digestScheduleSchema
  .extend({
    user_id: z.string().nullable().meta({ description: 'The recipient’s user' }),
    workspace_id: z.string().nullable(),
    state: z.enum(['active', 'paused']).meta({ description: '`is_active` in a word' }),
    recipient_name: z.string().nullable(),
    recipient_address: z.string().nullable().meta({ description: 'null: it has none, or was deleted' }),
  })
  .meta({ id: 'OwnedDigestSchedule' });
const one = { description: 'The digest schedule', schema: ownedSchema };

const toJson = (schedule: OwnedDigestSchedule): z.input<typeof ownedSchema> => ({
  ...digestScheduleJson(schedule),
  user_id: schedule.userId,
  workspace_id: schedule.workspaceId,
  state: schedule.isActive ? 'active' : 'paused',
  recipient_name: schedule.recipientName,
  recipient_address: schedule.recipientAddress,
});

export interface AdminDigestDeps {
  readonly operations: DigestOperations;
  readonly preview: PreviewDigest;
}

/** Under `/admin`. */
export const adminDigestRoutes = (deps: AdminDigestDeps): Route[] => [...reads(deps), ...changes(deps)];

const reads = ({ operations, preview }: AdminDigestDeps): Route[] => [
  route({
    method: 'get',
    path,
    id: 'listAllDigestSchedules',
    tag,
    summary: 'Digest schedules of all users, in descending order of their ids',
    query: z.strictObject({
      limit: paging.limit,
      cursor: z.string().min(1).max(200).optional().meta({
        description:
          '`next_cursor` of the previous page, which may hold fewer entries than `limit`: a page looks at 20,000 schedules',
      }),
      ...digestFilters,
    }),
    responses: { 200: { description: 'One page', schema: pageOf(ownedSchema) } },
    handle: async ({ query: { limit, cursor, ...filter } }) => {
      const page = { limit, before: cursor ?? null };
      const { items, next } = await operations.list(camelKeys(filter), page);
      return { status: 200, body: { items: items.map(toJson), next_cursor: next } };
    },
  }),
  route({
    method: 'get',
    path: `${path}/:id`,
    id: 'getAnyDigestSchedule',
    tag,
    summary: 'One digest schedule, with its owner',
    params: digestParams,
    responses: { 200: one },
    handle: async ({ params: { id } }) => ({ status: 200, body: toJson(await operations.get(id)) }),
  }),
  route({
    method: 'get',
    path: `${path}/:id/preview`,
    id: 'previewAnyDigest',
    tag,
    summary: 'The next digest with the current updates; nothing is sent. Viewers do not see its mail',
    params: digestParams,
    responses: { 200: { description: 'The time of the digest, and its mail', schema: previewSchema } },
    handle: async ({ params: { id } }, call) => {
      const shown = previewJson(await preview(null, id));
      return { status: 200, body: adminOf(call).role === 'viewer' ? { ...shown, mail: null } : shown };
    },
  }),
];

const changes = ({ operations }: AdminDigestDeps): Route[] => [
  route({
    method: 'patch',
    path: `${path}/:id`,
    id: 'pauseDigestSchedule',
    tag,
    summary: 'Pause or resume a digest schedule; one that is resumed owes nothing for the time when it was paused',
    params: digestParams,
    body: z.strictObject({ is_active: z.boolean() }),
    responses: { 200: one },
    handle: async ({ params: { id }, body: { is_active: isActive } }, { actor }) => ({
      status: 200,
      body: toJson(await operations.setActive(id, isActive, actor)),
    }),
  }),
  route({
    method: 'delete',
    path: `${path}/:id`,
    id: 'deleteAnyDigestSchedule',
    role: 'admin',
    tag,
    summary: 'Delete a digest schedule; digests that are already stored are still sent',
    params: digestParams,
    responses: { 204: { description: 'Deleted' } },
    handle: async ({ params: { id } }, { actor }) => {
      await operations.remove(id, actor);
      return { status: 204 };
    },
  }),
];
