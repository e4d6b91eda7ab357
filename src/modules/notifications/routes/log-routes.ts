// The log of notifications for operators: recipients, and the server's response to each attempt, without contents.
import { z } from 'zod';
import type { ModuleHost } from '../../../scheduler/public.js';
import {
  given,
  isoOrNull,
  maybeTime,
  pageOf,
  paging,
  route,
  time,
  uuid,
  wholeJson,
  type Route,
} from '../../../routes/index.js';
import { findNotification, listAttempts, listNotifications, type LoggedNotification } from '../db/notification-log.js';
import { notificationError } from '../errors.js';
import { attemptSchema } from '../status/delivery-attempt.js';
import { addressKey } from '../recipients/normal-address.js';

const STATUSES = ['pending', 'sent', 'failed', 'cancelled'] as const;
const METHODS = ['email', 'sms', 'whatsapp'] as const;

const notificationSchema = z
  .object({
    id: uuid,
    status: z.enum(STATUSES),
    delivery_method: z.enum(METHODS),
    notification_type: z.string(),
    category: z.string(),
    recipient_id: z.string().nullable(),
    address: z.string().nullable().meta({ description: 'null until it is loaded for its first attempt' }),
    user_id: z.string().nullable(),
    workspace_id: z.string().nullable(),
    batch_id: uuid.nullable(),
    attempts: z.number(),
    transport: z.string().nullable(),
    response_code: z.number().nullable(),
    response: z.string().nullable().meta({ description: 'The last response of the server' }),
    error: z.string().nullable(),
    message_id: z.string().nullable(),
    created_at: time,
    scheduled_for: time,
    processed_at: maybeTime,
  })
  .meta({ id: 'LoggedNotification' });

/** Without a method, what has an `@` is a mail address. */
const keyOf = (address: string, method?: (typeof METHODS)[number]): string =>
  addressKey(method ?? (address.includes('@') ? 'email' : 'sms'), address);

const toJson = ({ to_address: address, ...row }: LoggedNotification): z.input<typeof notificationSchema> => ({
  ...row,
  address,
  delivery_method: row.delivery_method as (typeof METHODS)[number],
  created_at: row.created_at.toISOString(),
  scheduled_for: row.scheduled_for.toISOString(),
  processed_at: isoOrNull(row.processed_at),
});

const params = z.strictObject({ id: uuid });

function found<T>(one: T | undefined, id: string): T {
  if (one !== undefined) return one;
  throw notificationError('NOTIFICATION_NOT_FOUND', `there is no notification ${id}`);
}

const word = z.string().min(1).max(200);

/** Under `/admin`. */
export const logRoutes = ({ db }: Pick<ModuleHost, 'db'>): Route[] => [
  route({
    method: 'get',
    path: '/notifications',
    id: 'listNotifications',
    tag: 'Notifications',
    summary: 'Notifications of all users, newest first, with the last response of the server',
    query: z.strictObject({
      ...paging,
      cursor: uuid.optional().meta({
        description:
          '`next_cursor` of the previous page, which may have fewer entries than `limit`: a page examines 50,000 notifications',
      }),
      recipient_id: word.optional(),
      address: z.string().min(1).max(400).optional().meta({ description: 'The whole address, in any spelling' }),
      status: z.enum(STATUSES).optional(),
      notification_type: word.optional(),
      delivery_method: z.enum(METHODS).optional(),
      transport: word.optional(),
    }),
    responses: { 200: { description: 'One page', schema: pageOf(notificationSchema) } },
    handle: async ({ query: { limit, cursor, address, ...rest } }) => {
      const filter = given({ ...rest, address: address && keyOf(address, rest.delivery_method) });
      const { rows, next } = await listNotifications(db, filter, { limit, before: cursor ?? null });
      return { status: 200, body: { items: rows.map(toJson), next_cursor: next } };
    },
  }),
  route({
    method: 'get',
    path: '/notifications/:id',
    id: 'getNotification',
    tag: 'Notifications',
    summary: 'One notification, with the last answer of the server',
    params,
    responses: { 200: { description: 'The notification', schema: notificationSchema } },
    handle: async ({ params: { id } }) => ({ status: 200, body: toJson(found(await findNotification(db, id), id)) }),
  }),
  route({
    method: 'get',
    path: '/notifications/:id/attempts',
    id: 'listDeliveryAttempts',
    tag: 'Notifications',
    summary: 'Each attempt to deliver a notification with the server’s response, oldest first; the newest 200',
    params,
    query: z.strictObject({}),
    responses: {
      200: { description: 'The attempts', schema: pageOf(attemptSchema) },
      404: { description: 'There is no such notification' },
    },
    handle: async ({ params: { id } }) => ({ status: 200, body: wholeJson(found(await listAttempts(db, id), id)) }),
  }),
];
