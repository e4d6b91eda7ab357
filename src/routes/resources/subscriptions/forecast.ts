// What will fall due, per hour or day of any zone, with its clock changes.
import { z } from 'zod';
import { clockChangesBetween, localTime, runtimeZones } from '../../../scheduler/schedule/index.js';
import type { ForecastBucket } from '../../../subscriptions/api/subscriptions-api.js';
import { time } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import { zoneInput } from '../../kit/zone.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { clockChangeJson, clockChangeSchema } from '../schedules/occurrence-json.js';
import { subscriptionsOf } from './subscriptions.js';

const MINUTES = { m: 1, h: 60, d: 1_440 } as const;
const MOST_BUCKETS = 1_000;
const HOUR = 3_600_000;

const bucketMinutes = z
  .string()
  .regex(/^[1-9]\d{0,4}[mhd]$/, 'must be a number with m, h or d, such as 15m or 1h')
  .default('1h')
  .transform((text) => Number(text.slice(0, -1)) * MINUTES[text.slice(-1) as keyof typeof MINUTES]);

const forecastQuery = z
  .strictObject({
    hours: z.coerce.number().int().min(1).max(744).default(24),
    bucket: bucketMinutes,
    zone: zoneInput.optional().meta({
      description:
        'Buckets begin at full hours or days of this zone, starting with the current one. Without it, the first bucket begins now',
    }),
  })
  .refine(({ hours, bucket }) => (hours * 60) / bucket <= MOST_BUCKETS, {
    path: ['bucket'],
    message: `must be larger: at most ${MOST_BUCKETS} buckets are returned`,
  });

const forecastSchema = z
  .object({
    items: z.array(
      z.object({
        at: time.meta({ description: 'When the bucket begins; it ends where the next one begins' }),
        local: z.string().nullable().meta({ description: 'The same in `zone`; null without one' }),
        utc_offset: z.string().nullable(),
        occurrences: z.number(),
      }),
    ),
    zone: z.string().nullable(),
    estimated: z
      .boolean()
      .meta({ description: 'true: the table is large, and the counts are scaled up from a sample' }),
    clock_changes: z.array(clockChangeSchema).meta({ description: 'Clock changes of `zone` in this period' }),
  })
  .meta({ id: 'Forecast' });

export const forecastRoutes = ({ scheduler }: { readonly scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/forecast',
    id: 'forecast',
    tag: 'Subscriptions',
    summary: 'How many occurrences fall due per bucket of time from now on',
    query: forecastQuery,
    responses: { 200: { description: 'The buckets, in order', schema: forecastSchema } },
    handle: async ({ query: { hours, bucket, zone } }) => {
      const timezone = zone === undefined ? {} : { timezone: zone };
      const buckets = await subscriptionsOf(scheduler).forecast({ hours, bucketMinutes: bucket, ...timezone });
      return { status: 200, body: forecastJson(buckets, zone ?? null, hours) };
    },
  }),
];

function forecastJson(
  buckets: readonly ForecastBucket[],
  zone: string | null,
  hours: number,
): z.input<typeof forecastSchema> {
  const offsets = zone === null ? null : runtimeZones.of(zone);
  const fromMs = buckets[0]?.at.getTime() ?? 0;
  return {
    items: buckets.map(({ at, occurrences }) => {
      const shown = zone === null ? null : localTime(zone, at.getTime());
      return { at: at.toISOString(), local: shown?.local ?? null, utc_offset: shown?.utcOffset ?? null, occurrences };
    }),
    zone,
    estimated: buckets[0]?.estimated ?? false,
    clock_changes:
      offsets === null ? [] : clockChangesBetween(offsets, fromMs, fromMs + hours * HOUR).map(clockChangeJson),
  };
}
