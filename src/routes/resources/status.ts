// The state at a glance, cheap at any size: counts are capped and marked as such.
import { z } from 'zod';
import type { QueueStats } from '../../scheduler/queue/index.js';
import { isoOrNull, maybeTime, time } from '../kit/json.js';
import { payloadsFor, type ShowPayload } from '../access/payloads.js';
import { route, type Route } from '../kit/route.js';
import type { InstanceGauges } from '../../scheduler/contracts/scheduler.js';
import type { AdminScheduler, EngineStatus, SubscriptionsStatus } from '../scheduler-port.js';
import { warningsOf } from '../telemetry/health-warnings.js';
import { byHost } from '../telemetry/instance-warnings.js';
import { rowScheduleJson, rowScheduleSchema } from './row-schedules.js';
import { processJson, processSchema } from './runs/process-json.js';

const gaugesSchema = z.object({
  event_loop_p99_ms: z
    .number()
    .meta({ description: 'How late the event loop was between two heartbeats, 99th percentile' }),
  rss_bytes: z.number(),
  heap_used_bytes: z.number(),
  heap_limit_bytes: z.number(),
  pool_total: z.number(),
  pool_idle: z.number(),
  pool_waiting: z.number().meta({ description: 'Callers that wait for a database connection' }),
  pool_waiting_s: z.number().meta({ description: 'Seconds for which callers have waited at each heartbeat' }),
  claims_per_min: z.number().meta({ description: 'Over the last minute' }),
  restarts_24h: z.number().meta({
    description: 'Instances of the same host name that ended within 24 hours, other than by losing the database',
  }),
});

const instanceSchema = z.object({
  id: z.string(),
  hostname: z.string(),
  pid: z.number(),
  version: z.string(),
  state: z.enum(['alive', 'draining', 'dead', 'stopped']),
  started_at: time,
  heartbeat_at: time,
  heartbeat_age_s: z.number().meta({ description: 'By the clock of the database' }),
  in_flight: z.record(z.string(), z.number()),
  gauges: gaugesSchema.nullable().meta({ description: 'As of its last heartbeat; null where it sent none' }),
  self: z.boolean(),
});

const capped = z.boolean().meta({ description: 'Counting stopped at this number; there may be more' });

const subscriptionsStatusSchema = z.object({
  due: z.number(),
  due_capped: capped,
  processing: z.number(),
  failed: z.number(),
  failed_capped: capped,
  suspended: z.number(),
  suspended_capped: capped,
  dead_24h: z.number(),
  dead_24h_capped: capped,
  next_due_at: maybeTime,
  oldest_due_at: maybeTime,
  lag_s: z.number(),
  as_of: time,
  irregular: z.record(z.string(), z.number()).meta({ description: 'Adopted rows that are not processed, by reason' }),
});

export const breakerSchema = z.object({
  name: z.string(),
  state: z.enum(['closed', 'open', 'half_open']),
  since: time,
});

const concurrencySchema = z.object({
  source: z.string(),
  in_flight: z.number(),
  limit: z.number(),
  max_limit: z.number(),
});

export const moduleSchema = z.object({
  name: z.string(),
  status: z.enum(['ok', 'degraded', 'down']),
  message: z.string().optional().meta({ description: 'What an operator should know or do' }),
  details: z.record(z.string(), z.unknown()).optional(),
});

export const queueStatusSchema = z.object({
  counts: z
    .record(z.string(), z.number())
    .meta({ description: 'Jobs that have not ended, and dead letters, by status' }),
  counts_capped: capped,
});

const warningSchema = z.object({
  severity: z
    .enum(['bad', 'warn', 'note'])
    .meta({ description: '`note`: worth a look; the others make `GET /api/health` degraded' }),
  text: z.string(),
  page: z.string().meta({ description: 'A page of the dashboard, below `/ui`' }),
});

export const statusSchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'draining', 'stopped']),
    scheduler: z.object({
      running: z.boolean(),
      tick: z.string(),
      instance_id: z.string().nullable(),
      uptime_s: z.number(),
    }),
    instances: z.array(instanceSchema),
    processes: z.array(processSchema),
    subscriptions: subscriptionsStatusSchema.nullable(),
    queue: queueStatusSchema.nullable(),
    row_schedules: z.array(rowScheduleSchema),
    breakers: z.array(breakerSchema),
    concurrency: z.array(concurrencySchema),
    modules: z.array(moduleSchema),
    warnings: z.array(warningSchema).meta({ description: 'What needs attention, the worst first; empty: all is well' }),
    versions: z.object({ punctual: z.string(), node: z.string(), postgres: z.string(), tz: z.string() }),
  })
  .meta({ id: 'Status' });

export const statusRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/status',
    id: 'getStatus',
    tag: 'Status',
    summary: 'The current state',
    responses: { 200: { description: 'As this instance sees it', schema: statusSchema } },
    handle: async (_input, call) => ({ status: 200, body: await statusJson(scheduler, payloadsFor(call)) }),
  }),
];

async function statusJson(scheduler: AdminScheduler, show: ShowPayload): Promise<z.input<typeof statusSchema>> {
  const [engine, subscriptions, queue, modules, rows] = await Promise.all([
    scheduler.status(),
    scheduler.subscriptions?.status() ?? null,
    scheduler.queue?.admin.stats(1) ?? null,
    scheduler.modules?.health() ?? [],
    scheduler.rows?.list() ?? [],
  ]);
  const breakers = breakersJson(scheduler);
  return {
    status: overall(engine, breakers),
    scheduler: {
      running: engine.running,
      tick: engine.tick,
      instance_id: engine.instanceId,
      uptime_s: engine.uptimeS,
    },
    instances: engine.instances.map(({ startedAt, heartbeatAt, heartbeatAgeS, inFlight, gauges, ...instance }) => ({
      ...instance,
      started_at: startedAt.toISOString(),
      heartbeat_at: heartbeatAt.toISOString(),
      heartbeat_age_s: heartbeatAgeS,
      in_flight: inFlight,
      gauges: gauges && gaugesJson(gauges),
    })),
    processes: engine.processes.map((one) => processJson(one, show)),
    subscriptions: subscriptions && subscriptionsJson(subscriptions),
    queue: queue && queueJson(queue),
    row_schedules: rows.map(rowScheduleJson),
    breakers,
    concurrency: scheduler.concurrency().map(({ source, inFlight, limit, maxLimit }) => ({
      source,
      in_flight: inFlight,
      limit,
      max_limit: maxLimit,
    })),
    modules: modules.map((part) => ({ ...part })),
    warnings: warningsOf(
      {
        engine,
        subscriptions,
        queue,
        modules,
        rows,
        breakers,
        claimStalledMs: scheduler.queue?.claimStalledMs() ?? null,
      },
      byHost,
    ),
    versions: engine.versions,
  };
}

const gaugesJson = (gauges: InstanceGauges): z.input<typeof gaugesSchema> => ({
  event_loop_p99_ms: gauges.eventLoopP99Ms,
  rss_bytes: gauges.rssBytes,
  heap_used_bytes: gauges.heapUsedBytes,
  heap_limit_bytes: gauges.heapLimitBytes,
  pool_total: gauges.poolTotal,
  pool_idle: gauges.poolIdle,
  pool_waiting: gauges.poolWaiting,
  pool_waiting_s: gauges.poolWaitingS,
  claims_per_min: gauges.claimsPerMin,
  restarts_24h: gauges.restarts24h,
});

export function queueJson({ live, liveCapped }: QueueStats): z.input<typeof queueStatusSchema> {
  const counts: Record<string, number> = {};
  for (const { status, n } of live) counts[status] = (counts[status] ?? 0) + n;
  return { counts, counts_capped: liveCapped };
}

export const breakersJson = (scheduler: Pick<AdminScheduler, 'breakers'>): z.input<typeof breakerSchema>[] =>
  scheduler.breakers().map(({ name, state, changedAt }) => ({ name, state, since: changedAt.toISOString() }));

function overall(
  engine: EngineStatus,
  breakers: readonly { state: string }[],
): 'ok' | 'degraded' | 'draining' | 'stopped' {
  if (engine.draining) return 'draining';
  if (!engine.running) return 'stopped';
  return breakers.some(({ state }) => state === 'open') ? 'degraded' : 'ok';
}

export const subscriptionsJson = (status: SubscriptionsStatus): z.input<typeof subscriptionsStatusSchema> => ({
  due: status.due,
  due_capped: status.dueCapped,
  processing: status.processing,
  failed: status.failed,
  failed_capped: status.failedCapped,
  suspended: status.suspended,
  suspended_capped: status.suspendedCapped,
  dead_24h: status.dead24h,
  dead_24h_capped: status.dead24hCapped,
  next_due_at: isoOrNull(status.nextDueAt),
  oldest_due_at: isoOrNull(status.oldestDueAt),
  lag_s: status.lagS,
  as_of: status.asOf.toISOString(),
  irregular: status.irregular,
});
