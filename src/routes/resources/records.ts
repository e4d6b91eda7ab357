// The audit log, and the daily roll-ups.
import { z } from 'zod';
import type { AuditEntry, LatencySummary } from '../../scheduler/contracts/scheduler.js';
import { given, pageJson, pageOf, paging, time, wholeJson } from '../kit/json.js';
import { route, type Route } from '../kit/route.js';
import type { AdminScheduler } from '../scheduler-port.js';
import { percentilesJson, percentilesSchema } from '../kit/percentiles.js';
import { inputJson } from './runs/run-input.js';

const auditSchema = z
  .object({
    id: z.string(),
    at: time,
    actor: z.string(),
    action: z.string(),
    target: z.string().nullable(),
    ip: z.string().nullable(),
    request_id: z.string().nullable(),
    details: z.unknown(),
  })
  .meta({ id: 'AuditEntry' });

const auditJson = (entry: AuditEntry): z.input<typeof auditSchema> => ({
  id: entry.id,
  at: entry.at.toISOString(),
  actor: entry.actor,
  action: entry.action,
  target: entry.target,
  ip: entry.ip,
  request_id: entry.requestId,
  details: detailsJson(entry.target, entry.details),
});

/** The input of a trigger is shown as in its run. */
const detailsJson = (target: string | null, details: unknown): unknown =>
  typeof details === 'object' && details !== null && 'input' in details
    ? { ...details, input: inputJson(target ?? '', details.input) }
    : (details ?? null);

const statsSchema = z.object({
  day: z.iso.date().meta({ description: 'UTC' }),
  name: z.string().meta({ description: 'Process or job type' }),
  runs: z.number(),
  successful: z.number(),
  failed: z.number(),
  skipped: z.number(),
  dead: z.number(),
  duration_ms: z.number(),
  lateness: percentilesSchema.nullable().meta({ description: 'From the nominal time to the start' }),
  wait: percentilesSchema.nullable().meta({ description: 'From when it was due to the start' }),
  duration: percentilesSchema.nullable().meta({ description: 'Of each run or attempt' }),
});

const latencySchema = z
  .object({
    subject: z.enum(['process', 'job', 'receiver']),
    name: z.string().meta({ description: 'The process, the job type, or the host of the receiver' }),
    measure: z.enum(['lateness', 'wait', 'duration']),
    count: z.number(),
    ...percentilesSchema.shape,
    bins: z.array(z.object({ limit_ms: z.number(), count: z.number() })).meta({
      description: 'The number of values up to each limit and above the previous one; empty bins are omitted',
    }),
  })
  .meta({ id: 'Latency' });

const latencyJson = ({ percentiles, bins, ...rest }: LatencySummary): z.input<typeof latencySchema> => ({
  ...rest,
  ...percentilesJson(percentiles),
  bins: bins.map(({ limitMs, count }) => ({ limit_ms: limitMs, count })),
});

const name = z.string().min(1).max(100).optional();

export const recordRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/audit',
    id: 'listAudit',
    tag: 'Records',
    summary: 'Who changed or triggered what, newest first',
    query: z.strictObject({ ...paging, actor: name, action: name }),
    responses: { 200: { description: 'One page', schema: pageOf(auditSchema) } },
    handle: async ({ query }) => ({ status: 200, body: pageJson(await scheduler.audit.list(given(query)), auditJson) }),
  }),
  route({
    method: 'get',
    path: '/audit/:id',
    id: 'getAuditEntry',
    tag: 'Records',
    summary: 'One entry; the entry of a change of many rows shows its progress',
    params: z.strictObject({ id: z.string().regex(/^\d{1,18}$/, 'must be the id of an entry') }),
    responses: { 200: { description: 'The entry', schema: auditSchema } },
    handle: async ({ params }) => ({ status: 200, body: auditJson(await scheduler.audit.get(params.id)) }),
  }),
  route({
    method: 'get',
    path: '/stats',
    id: 'getStats',
    tag: 'Records',
    summary: 'Daily roll-ups per process and job type',
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(7) }),
    responses: { 200: { description: 'One row per day and name', schema: pageOf(statsSchema) } },
    handle: async ({ query }) => {
      const rows = await scheduler.stats(query.days);
      const items = rows.map(({ durationMs, lateness, wait, duration, ...row }): z.input<typeof statsSchema> => ({
        ...row,
        duration_ms: durationMs,
        lateness: lateness && percentilesJson(lateness),
        wait: wait && percentilesJson(wait),
        duration: duration && percentilesJson(duration),
      }));
      return { status: 200, body: wholeJson(items) };
    },
  }),
  route({
    method: 'get',
    path: '/stats/latencies',
    id: 'listLatencies',
    tag: 'Records',
    summary: 'Lateness, wait and duration per process, job type and receiver, over all instances',
    query: z.strictObject({
      hours: z.coerce.number().int().min(1).max(2_160).default(24),
      subject: z.enum(['process', 'job', 'receiver']).optional(),
      name: z.string().min(1).max(300).optional(),
    }),
    responses: { 200: { description: 'One for each subject, name and measure', schema: pageOf(latencySchema) } },
    handle: async ({ query }) => ({
      status: 200,
      body: wholeJson((await scheduler.latencies.list(given(query))).map(latencyJson)),
    }),
  }),
];
