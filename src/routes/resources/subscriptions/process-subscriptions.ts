// Triggers the main process: everything due, or what matches a filter.
import { z } from 'zod';
import type { ProcessSubscriptionsInput } from '../../../subscriptions/api/subscriptions-api.js';
import { given, subscriptionId } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { SUBSCRIPTIONS_PROCESS } from '../runs/run-input.js';
import { triggerHeaders, triggerReply, triggerResponses } from '../runs/trigger.js';

export const runFilters = {
  subscription_ids: z.array(subscriptionId).min(1).max(5_000).optional(),
  user_id: z.string().min(1).max(255).optional(),
  tenant_id: z.string().min(1).max(255).optional(),
  frequency: z.string().min(1).max(50).optional(),
};

export const runLimits = {
  limit: z.int().min(1).optional().meta({ description: 'The maximum number of occurrences' }),
  dry_run: z.boolean().default(false).meta({ description: 'Only count what would be processed' }),
};

export const processSubscriptionsBody = z
  .strictObject({
    ...runFilters,
    ...runLimits,
    force: z
      .boolean()
      .default(false)
      .meta({ description: 'An extra occurrence now for active ones that are not due; needs a filter' }),
  })
  .check(({ value, issues }) => {
    const filtered = Object.keys(runFilters).some((name) => value[name as keyof typeof runFilters] !== undefined);
    if (value.force && !filtered) {
      issues.push({
        code: 'custom',
        path: ['force'],
        message: `needs a filter: ${Object.keys(runFilters).join(', ')}`,
        input: value,
      });
    }
  })
  .meta({ id: 'ProcessSubscriptions' });

type RunBody = Partial<z.output<typeof processSubscriptionsBody>>;

/** The body as input of the main process. */
export const processInput = (body: RunBody): ProcessSubscriptionsInput =>
  given({
    subscriptionIds: body.subscription_ids,
    userId: body.user_id,
    tenantId: body.tenant_id,
    frequency: body.frequency,
    limit: body.limit,
    dryRun: body.dry_run,
    force: body.force,
  });

export const processSubscriptionsRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'post',
    path: '/process-subscriptions',
    id: 'processSubscriptions',
    tag: 'Subscriptions',
    summary: 'Process what is due now, all of it unless filtered',
    headers: triggerHeaders,
    body: processSubscriptionsBody.prefault({}),
    responses: triggerResponses,
    handle: async ({ headers, body }, call) => {
      const started = await scheduler.begin(SUBSCRIPTIONS_PROCESS, {
        by: call.actor,
        trigger: 'manual',
        input: processInput(body),
        ...given({ idempotencyKey: headers['idempotency-key'] }),
      });
      return triggerReply(started, headers, call);
    },
  }),
];
