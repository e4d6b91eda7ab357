// Retries by hand: what failed in one run, or what has died since a given time.
import { z } from 'zod';
import { SchedulerError } from '../../base/errors.js';
import type { ProcessSubscriptionsInput } from '../../subscriptions/api/subscriptions-api.js';
import { given, runParams, timeInput } from '../kit/json.js';
import { route, type Call, type Reply, type Route } from '../kit/route.js';
import type { AdminScheduler } from '../scheduler-port.js';
import { processInput, runFilters, runLimits } from './subscriptions/process-subscriptions.js';
import { SUBSCRIPTIONS_PROCESS } from './runs/run-input.js';
import { triggerHeaders, triggerReply, triggerResponses } from './runs/trigger.js';

const retryFailedBody = z.strictObject({ ...runFilters, ...runLimits });

const retryDeadBody = z.strictObject({
  since: timeInput.meta({ description: 'Occurrences that died at or after this time' }),
  ...runFilters,
  ...runLimits,
});

type Headers = z.output<typeof triggerHeaders>;

/** A retry returns 202 at once, unless it is a dry run or `Prefer: wait=…` asks to wait. */
const patience = (headers: Headers, dryRun: boolean): Headers =>
  dryRun || headers.prefer.given ? headers : { ...headers, prefer: { ...headers.prefer, waitS: 0 } };

export const retryRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => {
  const retry = async (input: ProcessSubscriptionsInput, headers: Headers, call: Call): Promise<Reply> => {
    const started = await scheduler.begin(SUBSCRIPTIONS_PROCESS, {
      by: call.actor,
      trigger: 'retry',
      input,
      ...given({ idempotencyKey: headers['idempotency-key'] }),
    });
    return triggerReply(started, patience(headers, input.dryRun === true), call);
  };
  return [
    route({
      method: 'post',
      path: '/runs/:id/retry-failed',
      id: 'retryFailed',
      tag: 'Runs',
      summary: 'Retry what failed in this run, in a new run: dead occurrences, and pending retries',
      params: runParams,
      headers: triggerHeaders,
      body: retryFailedBody.prefault({}),
      responses: triggerResponses,
      handle: async ({ params, headers, body }, call) => {
        const { id, process } = await scheduler.runs.get(params.id);
        if (process !== SUBSCRIPTIONS_PROCESS) throw notOfSubscriptions(process);
        return retry({ ...processInput(body), failedInRun: id }, headers, call);
      },
    }),
    route({
      method: 'post',
      path: '/subscriptions/retry',
      id: 'retryDead',
      tag: 'Subscriptions',
      summary: 'Retry occurrences that died since a given time, in a new run',
      headers: triggerHeaders,
      body: retryDeadBody,
      responses: triggerResponses,
      handle: ({ headers, body: { since, ...body } }, call) =>
        retry({ ...processInput(body), deadSince: since }, headers, call),
    }),
  ];
};

function notOfSubscriptions(process: string): SchedulerError {
  const message = `must be a run of ${SUBSCRIPTIONS_PROCESS}, not of ${process}`;
  return new SchedulerError('INVALID_INPUT', `id: ${message}`, { errors: [{ path: 'id', message }] });
}
