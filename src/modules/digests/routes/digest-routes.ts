// Digest schedules over HTTP, for the application's users and their own recipients.
import { z } from 'zod';
import { camelKeys } from '../../../base/snake-case.js';
import { pageJson, pageOf, paging, route, userOf, type Call, type Route } from '../../../routes/index.js';
import type { DigestSchedules } from '../api/create-digests.js';
import type { Owner } from '../db/owner.js';
import { FREQUENCIES } from '../schedule/digest-rule.js';
import { createBody, digestScheduleJson, digestScheduleSchema, patchBody } from './digest-json.js';

const tag = 'Digests';
const path = '/digest-schedules';
const one = { description: 'The digest schedule', schema: digestScheduleSchema };
export const digestParams = z.strictObject({ id: z.string().min(1).max(200) });
const filterId = z.string().min(1).max(200).optional();
export const digestFilters = {
  recipient_id: filterId,
  group_id: filterId,
  frequency: z.enum(FREQUENCIES).optional(),
  is_active: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
};

export const ownerOf = (call: Call): Owner => {
  const { userId, workspaceId } = userOf(call);
  return { userId, workspaceId };
};

/** Under `/api`. */
export const digestRoutes = (digests: DigestSchedules): Route[] => [
  route({
    method: 'get',
    path,
    id: 'listDigestSchedules',
    tag,
    summary: 'The digest schedules of the user’s recipients, newest first',
    query: z.strictObject({ ...paging, ...digestFilters }),
    responses: { 200: { description: 'One page', schema: pageOf(digestScheduleSchema) } },
    handle: async ({ query }, call) => {
      const page = await digests.list(ownerOf(call), camelKeys(query));
      return { status: 200, body: pageJson(page, digestScheduleJson) };
    },
  }),
  route({
    method: 'post',
    path,
    id: 'createDigestSchedule',
    tag,
    summary: 'Create a digest schedule; the first digest is sent at its next occurrence',
    headers: z.object({ 'idempotency-key': z.string().min(1).max(200).optional() }),
    body: createBody,
    responses: {
      201: one,
      404: { description: 'No such recipient, or it belongs to another user' },
      409: { description: 'The recipient has a digest of this group with this frequency' },
    },
    handle: async ({ body, headers }, call) => {
      const made = await digests.create(ownerOf(call), camelKeys(body), headers['idempotency-key']);
      const location = `${call.base}${path}/${encodeURIComponent(made.id)}`;
      return { status: 201, headers: { Location: location }, body: digestScheduleJson(made) };
    },
  }),
  route({
    method: 'get',
    path: `${path}/:id`,
    id: 'getDigestSchedule',
    tag,
    summary: 'One digest schedule',
    params: digestParams,
    responses: { 200: one },
    handle: async ({ params }, call) => ({
      status: 200,
      body: digestScheduleJson(await digests.get(ownerOf(call), params.id)),
    }),
  }),
  route({
    method: 'patch',
    path: `${path}/:id`,
    id: 'updateDigestSchedule',
    tag,
    summary: 'Change, pause or resume (`is_active`) a digest schedule; takes effect immediately',
    params: digestParams,
    body: patchBody,
    responses: { 200: one, 409: { description: 'Another schedule has this frequency' } },
    handle: async ({ params, body }, call) => ({
      status: 200,
      body: digestScheduleJson(await digests.update(ownerOf(call), params.id, camelKeys(body))),
    }),
  }),
  route({
    method: 'delete',
    path: `${path}/:id`,
    id: 'deleteDigestSchedule',
    tag,
    summary: 'Delete a digest schedule; digests that are already stored are still sent',
    params: digestParams,
    responses: { 204: { description: 'Deleted' } },
    handle: async ({ params }, call) => {
      await digests.remove(ownerOf(call), params.id);
      return { status: 204 };
    },
  }),
];
