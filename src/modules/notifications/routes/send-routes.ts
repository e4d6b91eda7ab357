// Sending notifications over HTTP: one, many, and the status of a batch. Nothing is sent within the request.
import { z } from 'zod';
import { callerOf, route, time, uuid, type Caller, type Route } from '../../../routes/index.js';
import { SchedulerError } from '../../../base/errors.js';
import type { ModuleHost } from '../../../scheduler/public.js';
import { findBatch, type BatchState } from '../db/store-notifications.js';
import type { Notifications } from '../create-notifications.js';
import { notificationError } from '../errors.js';
import { bulkBody, sendBody } from '../send/bodies.js';
import { createIntake } from '../send/intake.js';

const headers = z.object({ 'idempotency-key': z.string().min(1).max(255).optional() });

const sentSchema = z.object({
  success: z.literal(true),
  messageId: z.string(),
  jobId: uuid,
  status: z.literal('queued'),
  statusCode: z.literal(202),
  message: z.string(),
});

const bulkSchema = z.object({
  success: z.literal(true),
  batchId: uuid,
  accepted: z.number(),
  duplicates: z.number(),
  suppressed: z.number(),
});

const batchSchema = z
  .object({
    id: uuid,
    notification_type: z.string(),
    created_at: time,
    accepted: z.number(),
    duplicates: z.number(),
    suppressed: z.number(),
    statuses: z.record(z.string(), z.number()).meta({ description: 'pending, processing, sent, failed, cancelled' }),
  })
  .meta({ id: 'NotificationBatch' });

/** Ten thousand recipients with a little data each. */
const BULK_LIMIT = 16 * 1_024 * 1_024;
const UNAVAILABLE = { description: 'It could not be stored; `Retry-After` says when to try again' };

export function sendRoutes(host: ModuleHost, notifications: Notifications): Route[] {
  const intake = createIntake(host, notifications);
  return [
    route({
      method: 'post',
      path: '/notifications/send-email',
      id: 'sendEmail',
      tag: 'Notifications',
      summary: 'Send one notification: it is stored, and delivered by a job',
      headers,
      body: sendBody,
      services: true,
      asSent: true,
      responses: { 202: { description: 'Stored', schema: sentSchema }, 503: UNAVAILABLE },
      handle: async ({ body, headers: { 'idempotency-key': key } }, call) => {
        const { id, messageId } = await retriable(intake.one(body, callerOf(call), key));
        return {
          status: 202,
          headers: { Location: `${call.base}/jobs/${id}` },
          body: {
            ...{ success: true, messageId, jobId: id, status: 'queued', statusCode: 202 },
            message: 'Email queued for delivery',
          },
        };
      },
    }),
    route({
      method: 'post',
      path: '/notifications/send-bulk',
      id: 'sendBulk',
      tag: 'Notifications',
      summary: 'Send one notification to up to 10,000 recipients: all are stored, or none',
      headers,
      body: bulkBody,
      services: true,
      asSent: true,
      bodyLimit: BULK_LIMIT,
      responses: { 202: { description: 'All are stored', schema: bulkSchema }, 503: UNAVAILABLE },
      handle: async ({ body, headers: { 'idempotency-key': key } }, call) => {
        const { id, accepted, duplicates, suppressed } = await retriable(intake.many(body, callerOf(call), key));
        return {
          status: 202,
          headers: { Location: `${call.base}/notifications/batches/${id}` },
          body: { success: true, batchId: id, accepted, duplicates, suppressed },
        };
      },
    }),
    route({
      method: 'get',
      path: '/notifications/batches/:id',
      id: 'getNotificationBatch',
      tag: 'Notifications',
      summary: 'A batch, with the number of its notifications by status',
      params: z.strictObject({ id: uuid }),
      services: true,
      responses: {
        200: { description: 'The counts', schema: batchSchema },
        404: { description: 'No such batch, or it belongs to another user' },
      },
      handle: async ({ params }, call) => {
        const batch = await findBatch(host.db, params.id);
        if (batch === undefined || !maySee(batch, callerOf(call))) {
          throw notificationError('BATCH_NOT_FOUND', `there is no batch ${params.id}`, { id: params.id });
        }
        const { user_id: _user, workspace_id: _workspace, created_at, ...rest } = batch;
        return { status: 200, body: { ...rest, created_at: created_at.toISOString() } };
      },
    }),
  ];
}

/** A service sees every batch; a user sees those of the workspace, or their own without one. */
function maySee({ user_id, workspace_id }: BatchState, { userId, workspaceId }: Caller): boolean {
  if (userId === null) return true;
  return workspace_id === null ? user_id === userId : workspace_id === workspaceId;
}

/** Whatever prevented it from being stored, the caller may retry. */
async function retriable<T>(stored: Promise<T>): Promise<T> {
  try {
    return await stored;
  } catch (error) {
    if (error instanceof SchedulerError) throw error;
    throw new SchedulerError('DATABASE_UNAVAILABLE', 'the notification could not be stored', {}, { cause: error });
  }
}
