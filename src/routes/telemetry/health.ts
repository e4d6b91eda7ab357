// Liveness, readiness and health, for load balancers, orchestrators and people without a token.
import { z } from 'zod';
import { NOT_ISOLATED, warningsOf } from './health-warnings.js';
import { anonymous } from './instance-warnings.js';
import { breakersJson, breakerSchema, moduleSchema, queueJson, queueStatusSchema } from '../resources/status.js';
import { route, type Route } from '../kit/route.js';
import type { AdminScheduler } from '../scheduler-port.js';

export type ServerState = 'starting' | 'ready' | 'draining';

export interface HealthDeps {
  readonly scheduler: AdminScheduler;
  readonly state: () => ServerState;
  /** Rejects when the database does not respond in time. */
  readonly probeDatabase: () => Promise<void>;
}

const readySchema = z.object({ status: z.enum(['ready', 'starting', 'draining', 'not_running', 'no_database']) });

const healthSchema = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  parts: z
    .object({ server: z.string(), scheduler: z.enum(['up', 'down']), database: z.enum(['up', 'down']) })
    .catchall(z.string())
    .meta({ description: 'And each module by its name: `up`, `degraded` or `down`' }),
  subscriptions: z
    .object({ due: z.number(), processing: z.number(), failed: z.number(), suspended: z.number(), lag_s: z.number() })
    .nullable(),
  queue: queueStatusSchema.nullable(),
  breakers: z.array(breakerSchema),
  modules: z.array(moduleSchema.omit({ details: true })),
  warnings: z.array(z.string()),
});

type Readiness = z.input<typeof readySchema>['status'];

async function readiness({ scheduler, state, probeDatabase }: HealthDeps): Promise<Readiness> {
  const now = state();
  if (now !== 'ready') return now;
  if (!(await answers(probeDatabase))) return 'no_database';
  return scheduler.ready() ? 'ready' : 'not_running';
}

const answers = (probe: () => Promise<void>): Promise<boolean> =>
  probe().then(
    () => true,
    () => false,
  );

async function health(deps: HealthDeps): Promise<z.input<typeof healthSchema>> {
  const database = await answers(deps.probeDatabase);
  const { subscriptions, queue, modules } = deps.scheduler;
  // before the migrations have finished, the tables may not exist
  const counted = database && deps.state() !== 'starting';
  const [status, jobs, isolated, parts, rows, engine] = counted
    ? await Promise.all([
        subscriptions?.status() ?? null,
        queue?.admin.stats(1) ?? null,
        queue?.users.isolated() ?? true,
        modules?.health() ?? [],
        deps.scheduler.rows?.list() ?? [],
        deps.scheduler.status(),
      ])
    : [null, null, true, [], [], null];
  const breakers = breakersJson(deps.scheduler);
  const claimStalledMs = queue?.claimStalledMs() ?? null;
  const seen = { engine, subscriptions: status, queue: jobs, claimStalledMs, breakers, modules: parts, rows };
  const warnings = warningsOf(seen, anonymous)
    .filter(({ severity }) => severity !== 'note')
    .map(({ text }) => text);
  const up = database && deps.scheduler.ready();
  return {
    status: !up ? 'unhealthy' : warnings.length > 0 ? 'degraded' : 'healthy',
    parts: {
      server: deps.state(),
      scheduler: deps.scheduler.ready() ? 'up' : 'down',
      database: database ? 'up' : 'down',
      ...Object.fromEntries(parts.map(({ name, status }) => [name, status === 'ok' ? 'up' : status])),
    },
    subscriptions: status && {
      due: status.due,
      processing: status.processing,
      failed: status.failed,
      suspended: status.suspended,
      lag_s: status.lagS,
    },
    queue: jobs && queueJson(jobs),
    breakers,
    modules: parts.map(({ details: _, ...part }) => part),
    // unavoidable on many managed servers: reported as a warning, but still healthy
    warnings: isolated ? warnings : [...warnings, NOT_ISOLATED],
  };
}

const tag = 'Health';

export const healthRoutes = (deps: HealthDeps): Route[] => [
  route({
    method: 'get',
    path: '/health/live',
    id: 'getLive',
    tag,
    summary: 'The process responds',
    responses: { 200: { description: 'Always', schema: z.object({ status: z.literal('live') }) } },
    handle: () => ({ status: 200, body: { status: 'live' } }),
  }),
  route({
    method: 'get',
    path: '/health/ready',
    id: 'getReady',
    tag,
    summary: 'Whether this instance accepts work',
    responses: {
      200: { description: 'Ready', schema: readySchema },
      503: { description: 'Starting, draining, or without a database', schema: readySchema },
    },
    handle: async () => {
      const status = await readiness(deps);
      return { status: status === 'ready' ? 200 : 503, body: { status } };
    },
  }),
  route({
    method: 'get',
    path: '/api/health',
    id: 'getHealth',
    tag,
    summary: 'Health by part, with counts, circuit breakers and warnings',
    responses: {
      200: { description: 'Healthy or degraded', schema: healthSchema },
      503: { description: 'Unhealthy', schema: healthSchema },
    },
    handle: async () => {
      const body = await health(deps);
      return { status: body.status === 'unhealthy' ? 503 : 200, body };
    },
  }),
];
