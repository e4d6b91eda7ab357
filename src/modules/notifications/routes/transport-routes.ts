// The transports and the templates of this process, for operators.
import { z } from 'zod';
import type { ModuleHost } from '../../../scheduler/public.js';
import { route, time, wholeJson, pageOf, type Route } from '../../../routes/index.js';
import type { Notifications } from '../create-notifications.js';
import { countByTransport, MOST_OF_A_DAY } from '../db/transport-counts.js';
import { isCritical } from '../deliver/sending-decision.js';

const transportSchema = z
  .object({
    name: z.string(),
    delivery_method: z.string(),
    circuit_breaker: z.enum(['closed', 'open', 'half_open']).meta({ description: 'As this instance sees it' }),
    since: time,
    openings: z.number().meta({ description: 'How often it has opened in this process' }),
    probe_in_ms: z.number().nullable().meta({ description: 'Until another attempt; null unless it is open' }),
    sent_24h: z.number().meta({ description: 'Over all instances' }),
    failed_24h: z.number().meta({ description: 'Over all instances, with this transport’s as the last attempt' }),
    counts_capped: z
      .boolean()
      .meta({ description: `The newest ${MOST_OF_A_DAY} of each kind are counted: there are more` }),
  })
  .meta({ id: 'Transport' });

const templateSchema = z
  .object({
    type: z.string(),
    category: z.string().meta({ description: 'What recipients can switch off' }),
    critical: z.boolean().meta({ description: 'It passes mutes and quiet hours, and cannot be switched off' }),
    has_schema: z.boolean().meta({ description: 'Its data is checked before it is stored' }),
  })
  .meta({ id: 'NotificationTemplate' });

export interface TransportDeps {
  readonly host: Pick<ModuleHost, 'db'>;
  readonly state: Pick<Notifications, 'transports' | 'templates'>;
}

/** Under `/admin`, before the routes with an id in their place. */
export const transportRoutes = ({ host, state }: TransportDeps): Route[] => [
  route({
    method: 'get',
    path: '/notifications/transports',
    id: 'listTransports',
    tag: 'Notifications',
    summary: 'Transports in their order, with their circuit breakers and what they sent within 24 hours',
    query: z.strictObject({}),
    responses: { 200: { description: 'All of them', schema: pageOf(transportSchema) } },
    handle: async () => {
      const { counts, capped } = await countByTransport(host.db);
      const items = state.transports().map((transport): z.input<typeof transportSchema> => {
        const { name, method, state: breaker, changedAt, openings, probeInMs } = transport;
        const own = counts.find((row) => row.transport === name && row.delivery_method === method);
        return {
          ...{ name, delivery_method: method, circuit_breaker: breaker, since: changedAt.toISOString() },
          ...{ openings, probe_in_ms: probeInMs, counts_capped: capped },
          ...{ sent_24h: own?.sent ?? 0, failed_24h: own?.failed ?? 0 },
        };
      });
      return { status: 200, body: wholeJson(items) };
    },
  }),
  route({
    method: 'get',
    path: '/notifications/templates',
    id: 'listTemplates',
    tag: 'Notifications',
    summary: 'Templates that this process knows',
    query: z.strictObject({}),
    responses: { 200: { description: 'All of them', schema: pageOf(templateSchema) } },
    handle: async () => {
      const items = state.templates.types().flatMap((type): z.input<typeof templateSchema>[] => {
        const template = state.templates.find(type);
        if (template === undefined) return [];
        const { category, schema } = template;
        return [{ type, category, critical: isCritical(category), has_schema: schema !== null }];
      });
      return { status: 200, body: wholeJson(items) };
    },
  }),
];
