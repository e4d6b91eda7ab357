// The state of the queue of notifications, for monitors and people without a token.
import { z } from 'zod';
import { route, time, type Route } from '../../../routes/index.js';
import type { AskHealth } from '../status/queue-health.js';

const breaker = z.enum(['closed', 'open', 'half_open']);

const schema = z.object({
  status: z.enum(['healthy', 'degraded']),
  queue_metrics: z
    .object({ waiting: z.number(), active: z.number(), completed: z.number(), failed: z.number() })
    .meta({ description: 'Due, in progress, and sent and failed within 24 hours; counting stops at 100,000' }),
  circuit_breaker: breaker.meta({ description: 'The worst state of the transports on this instance' }),
  transports: z.array(
    z.object({ name: z.string(), delivery_method: z.string(), circuit_breaker: breaker, since: time }),
  ),
  warnings: z.array(z.string()),
});

/** Under `/api`. */
export const healthRoutes = (ask: AskHealth): Route[] => [
  route({
    method: 'get',
    path: '/health/queue',
    id: 'getQueueHealth',
    tag: 'Health',
    summary: 'Waiting, sent and failed notifications, and warnings',
    responses: { 200: { description: 'The state', schema } },
    handle: async () => {
      const { counts, breaker, transports, warnings } = await ask();
      const body: z.input<typeof schema> = {
        status: warnings.length > 0 ? 'degraded' : 'healthy',
        queue_metrics: { ...counts },
        circuit_breaker: breaker,
        transports: transports.map(({ name, method, state, changedAt }) => ({
          ...{ name, delivery_method: method, circuit_breaker: state, since: changedAt.toISOString() },
        })),
        warnings: [...warnings],
      };
      return { status: 200, body };
    },
  }),
];
