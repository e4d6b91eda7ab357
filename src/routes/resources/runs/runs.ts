// Runs: list, read, follow and cancel.
import { z } from 'zod';
import { given, pageJson, pageOf, paging, runParams, timeInput, uuid } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { maskSecrets } from '../../../base/secrets/mask-secrets.js';
import { payloadsFor } from '../../access/payloads.js';
import { runEvents } from './run-events.js';
import { runJson, runSchema } from './run-json.js';

const listQuery = z.strictObject({
  ...paging,
  process: z.string().min(1).max(63).optional(),
  status: runSchema.shape.status.optional(),
  parent: uuid.optional().meta({ description: 'Parts of this run of the batch worker' }),
  since: timeInput.optional(),
  until: timeInput.optional(),
  sort: z.enum(['-started_at']).default('-started_at'),
});

export const runRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/runs',
    id: 'listRuns',
    tag: 'Runs',
    summary: 'Runs, newest first',
    query: listQuery,
    responses: { 200: { description: 'One page', schema: pageOf(runSchema) } },
    handle: async ({ query: { sort: _newestFirst, ...query } }, call) => {
      const show = payloadsFor(call);
      return { status: 200, body: pageJson(await scheduler.runs.list(given(query)), (run) => runJson(run, show)) };
    },
  }),
  route({
    method: 'get',
    path: '/runs/:id',
    id: 'getRun',
    tag: 'Runs',
    summary: 'One run, with its progress so far',
    params: runParams,
    responses: { 200: { description: 'The run', schema: runSchema } },
    handle: async ({ params }, call) => ({
      status: 200,
      body: runJson(await scheduler.runs.get(params.id), payloadsFor(call)),
    }),
  }),
  route({
    method: 'post',
    path: '/runs/:id/cancel',
    id: 'cancelRun',
    tag: 'Runs',
    summary: 'Cancel a run on any instance: nothing new is started, and started work is settled',
    params: runParams,
    responses: { 202: { description: 'It will stop within a few seconds', schema: runSchema } },
    handle: async ({ params }, { actor }) => ({
      status: 202,
      body: runJson(await scheduler.runs.cancel(params.id, actor), maskSecrets),
    }),
  }),
  route({
    method: 'get',
    path: '/runs/:id/events',
    id: 'watchRun',
    tag: 'Runs',
    summary: 'Live progress as server-sent events: `progress` while the run is active, then one `finished`',
    params: runParams,
    headers: z.object({ 'last-event-id': z.string().optional() }),
    responses: {
      200: { description: 'A stream of `progress` and `finished`, each with a run', contentType: 'text/event-stream' },
      204: { description: 'The client has already received `finished` and must not reconnect' },
    },
    handle: ({ params, headers }, call) =>
      runEvents(scheduler, params.id, {
        lastEventId: headers['last-event-id'],
        signal: call.signal,
        show: payloadsFor(call),
      }),
  }),
];
