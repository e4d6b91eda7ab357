// Processes: list, enable, disable, pause, reschedule, run now.
import { z } from 'zod';
import { jsonToInput, schedulePatchSchema, scheduleSchema } from '../../../scheduler/schedule/index.js';
import type { ProcessSubscriptionsInput } from '../../../subscriptions/api/subscriptions-api.js';
import { given, pageOf, timeInput, wholeJson } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import { payloadsFor } from '../../access/payloads.js';
import { demandRole } from '../../access/roles.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { validateField } from '../../kit/validate.js';
import { processJson, processSchema } from './process-json.js';
import { processInput, processSubscriptionsBody } from '../subscriptions/process-subscriptions.js';
import { SUBSCRIPTIONS_PROCESS } from './run-input.js';
import { triggerHeaders, triggerReply, triggerResponses } from './trigger.js';

const params = z.strictObject({ name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/i) });

/** Takes the place of the previous one, so that a field that is null is one that is not given. */
const newSchedule = schedulePatchSchema
  .transform((patch) => Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null)))
  .pipe(scheduleSchema);

const patchBody = z
  .strictObject({
    enabled: z.boolean().optional(),
    paused_until: timeInput.nullable().optional(),
    schedule: newSchedule.nullable().optional().meta({ description: 'null: restores the schedule in the code' }),
  })
  .refine((body) => Object.keys(body).length > 0, 'give at least one of enabled, paused_until, schedule');

const runBody = z.strictObject({
  input: z.record(z.string(), z.unknown()).optional().meta({ description: 'Passed to the process' }),
});

/** The main process accepts the same input as its own route. */
const mainInput = (input: unknown): ProcessSubscriptionsInput =>
  processInput(validateField(processSubscriptionsBody, input ?? {}, 'input'));

export const processRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/processes',
    id: 'listProcesses',
    tag: 'Processes',
    summary: 'All processes, with their next run and the result of their last one',
    responses: { 200: { description: 'All of them', schema: pageOf(processSchema) } },
    handle: async (_input, call) => {
      const show = payloadsFor(call);
      return { status: 200, body: wholeJson((await scheduler.processes.list()).map((one) => processJson(one, show))) };
    },
  }),
  route({
    method: 'patch',
    path: '/processes/:name',
    id: 'updateProcess',
    tag: 'Processes',
    summary: 'Enable, disable, pause or reschedule a process; survives deployments. A schedule needs the role admin',
    params,
    body: patchBody,
    responses: { 200: { description: 'The process after the change', schema: processSchema } },
    handle: async ({ params, body }, call) => {
      if (body.schedule !== undefined) demandRole(call, 'admin', 'to change the schedule of a process');
      const patch = given({
        enabled: body.enabled,
        pausedUntil: body.paused_until,
        schedule: body.schedule && jsonToInput(body.schedule),
      });
      return {
        status: 200,
        body: processJson(await scheduler.processes.update(params.name, patch, call.actor), payloadsFor(call)),
      };
    },
  }),
  route({
    method: 'post',
    path: '/processes/:name/run',
    id: 'runProcess',
    tag: 'Processes',
    summary: 'Run a process now',
    params,
    headers: triggerHeaders,
    body: runBody.prefault({}),
    responses: triggerResponses,
    handle: async ({ params: { name }, headers, body }, call) => {
      const started = await scheduler.begin(name, {
        by: call.actor,
        trigger: 'manual',
        input: name === SUBSCRIPTIONS_PROCESS ? mainInput(body.input) : body.input,
        ...given({ idempotencyKey: headers['idempotency-key'] }),
      });
      return triggerReply(started, headers, call);
    },
  }),
];
