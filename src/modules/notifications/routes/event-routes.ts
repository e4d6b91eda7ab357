// Receives bounces and complaints from mail providers; each request is verified by the provider's own signature.
import { z } from 'zod';
import type { ModuleHost } from '../../../scheduler/public.js';
import { route, wholeBody, type Route } from '../../../routes/index.js';
import type { ReceiveEvents } from '../events/receive-events.js';

const NAMES = [
  'authorization',
  'svix-id',
  'svix-timestamp',
  'svix-signature',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'x-punctual-timestamp',
  'x-punctual-signature',
] as const;

const text = z.string().max(4_000).optional();
const headers = z.object(
  Object.fromEntries(NAMES.map((name) => [name, text])) as Record<(typeof NAMES)[number], typeof text>,
);

const result = z.object({
  success: z.literal(true),
  received: z.number().meta({ description: 'Bounces and complaints in the request' }),
  duplicates: z.number().meta({ description: 'Of these, already known' }),
  suppressed: z.number().meta({ description: 'New entries on the suppression list' }),
});

/** With its headers, a message of SES may have 256 kB. */
const MOST_BYTES = 600_000;

/** Under `/api`. */
export const eventRoutes = ({ clock }: Pick<ModuleHost, 'clock'>, receive: ReceiveEvents): Route[] => [
  route({
    method: 'post',
    path: '/notifications/events/:provider',
    id: 'receiveMailEvents',
    tag: 'Notifications',
    summary: 'Bounces and complaints from `postmark`, `ses`, `resend` or `generic`; may be repeated',
    params: z.strictObject({ provider: z.string().min(1).max(100) }),
    headers,
    rawBody: ['application/json', 'text/plain'],
    responses: {
      200: { description: 'The result', schema: result },
      401: { description: 'The signature is wrong or too old' },
      404: { description: 'The provider has no secret here' },
    },
    handle: async ({ params: { provider }, headers }, call) => {
      const body = await wholeBody(call, MOST_BYTES);
      const { told, recorded, suppressed } = await receive(provider, { headers, body, now: clock.now() });
      return { status: 200, body: { success: true, received: told, duplicates: told - recorded, suppressed } };
    },
  }),
];
