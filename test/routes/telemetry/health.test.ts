// Alive, ready, well: what each says in each state.
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { healthRoutes, type HealthDeps } from '../../../src/routes/telemetry/health.js';
import { buildRouter } from '../../../src/routes/kit/router.js';
import type { Queue } from '../../../src/scheduler/queue/index.js';
import { createFakeScheduler } from '../fake-scheduler.js';

function appOf(deps: Partial<HealthDeps>): supertest.Agent {
  const routes = healthRoutes({
    scheduler: createFakeScheduler(),
    state: () => 'ready',
    probeDatabase: async () => {},
    ...deps,
  });
  return supertest(express().use(buildRouter({ routes, actorOf: () => ({ name: 'anonymous' }) })));
}

/** A scheduler with a queue whose counts are these. */
function withQueue(stats: object, isolated = true, stalledMs: number | null = null): HealthDeps['scheduler'] {
  const queue = {
    admin: { stats: async () => stats },
    users: { isolated: async () => isolated },
    claimStalledMs: () => stalledMs,
  };
  return Object.assign(createFakeScheduler(), { queue: queue as unknown as Queue });
}

const asleep = { ...createFakeScheduler(), ready: () => false };
const noDatabase = { probeDatabase: () => Promise.reject(new Error('away')) };

describe('GET /health/live', () => {
  it('is 200 whatever the state', async () => {
    await appOf({ state: () => 'starting', ...noDatabase })
      .get('/health/live')
      .expect(200, { status: 'live' });
  });
});

describe('GET /health/ready', () => {
  it.each<[string, Partial<HealthDeps>, number]>([
    ['ready', {}, 200],
    ['starting', { state: () => 'starting' }, 503],
    ['draining', { state: () => 'draining' }, 503],
    ['no_database', noDatabase, 503],
    ['not_running', { scheduler: asleep }, 503],
  ])('says %s', async (status, deps, code) => {
    await appOf(deps).get('/health/ready').expect(code, { status });
  });
});

describe('GET /api/health', () => {
  it('tells parts, counts, breakers and warnings', async () => {
    const { status, body } = await appOf({}).get('/api/health');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'degraded',
      parts: { server: 'ready', scheduler: 'up', database: 'up' },
      subscriptions: { due: 10_000, processing: 5, failed: 1, suspended: 0, lag_s: 12.5 },
      queue: null,
      breakers: [{ name: 'subscription-worker', state: 'open', since: '2026-03-01T08:00:00.000Z' }],
      modules: [],
      warnings: ['circuit breaker subscription-worker is open', '10000 subscriptions or more are due'],
    });
  });

  it('tells the counts of the queue', async () => {
    const live = [
      { type: 'a', status: 'pending', n: 2 },
      { type: 'b', status: 'pending', n: 3 },
    ];
    const { body } = await appOf({ scheduler: withQueue({ types: [], live, liveCapped: false }) }).get('/api/health');
    expect(body).toMatchObject({ queue: { counts: { pending: 5 }, counts_capped: false } });
  });

  it('warns of a large backlog of jobs and of a high failure rate', async () => {
    const counts = { completed: 9, retried: 9, dead: 2, cancelled: 50 };
    const ask = async (types: object[], n: number): Promise<string[]> => {
      const live = [
        { type: 'a', status: 'pending', n },
        { type: 'b', status: 'dead', n: 10_000 },
      ];
      const { body } = await appOf({ scheduler: withQueue({ types, live, liveCapped: true }) }).get('/api/health');
      return (body as { warnings: string[] }).warnings.filter((text) => text.includes('jobs'));
    };
    expect(await ask([counts], 10_000)).toEqual([
      '10000 jobs or more wait',
      '55 % of the 20 attempts at jobs of the last hour failed',
    ]);
    expect(await ask([{ ...counts, completed: 8 }], 9_999)).toEqual([]);
    expect(await ask([{ ...counts, completed: 12 }], 9_999)).toEqual([]);
  });

  it('warns of work that is due and cannot be claimed', async () => {
    const ask = async (stalledMs: number | null): Promise<string[]> => {
      const scheduler = withQueue({ types: [], live: [], liveCapped: false }, true, stalledMs);
      const { body } = await appOf({ scheduler }).get('/api/health');
      return (body as { warnings: string[] }).warnings.filter((text) => text.includes('claimed'));
    };
    expect(await ask(16_400)).toEqual(['the queue has not claimed for 16 s although work is due']);
    expect([await ask(15_000), await ask(null)]).toEqual([[], []]);
  });

  it('says when users are kept apart by queries alone, and is healthy all the same', async () => {
    const nothing = { types: [], live: [], liveCapped: false };
    const well = { subscriptions: null, breakers: () => [] };
    const ask = async (isolated: boolean) =>
      (await appOf({ scheduler: Object.assign(withQueue(nothing, isolated), well) }).get('/api/health')).body;
    expect(await ask(true)).toMatchObject({ status: 'healthy', warnings: [] });
    expect(await ask(false)).toMatchObject({
      status: 'healthy',
      warnings: [expect.stringContaining('punctual_user')],
    });
  });

  it('warns of instances by what they report, without their host names', async () => {
    const scheduler = createFakeScheduler();
    const status = await scheduler.status();
    const [one] = status.instances;
    const gauges = one?.gauges && { ...one.gauges, eventLoopP99Ms: 1_812.4, poolWaitingS: 45 };
    const instances = status.instances.map((instance) => ({
      ...instance,
      hostname: 'db-7.internal',
      gauges: gauges ?? null,
    }));
    const { body } = await appOf({
      scheduler: Object.assign(scheduler, { status: async () => ({ ...status, instances }) }),
    }).get('/api/health');
    const { warnings } = body as { warnings: string[] };
    expect(warnings).toContain(
      'the event loop of an instance is up to 1812 ms late: look for synchronous work, or add instances',
    );
    expect(warnings.join()).toContain('waited for a database connection for 45 s');
    expect(warnings.join()).not.toContain('db-7');
  });

  it('counts nothing while it is starting: there may be no tables yet', async () => {
    const scheduler = { ...createFakeScheduler(), ready: () => false };
    const { status, body } = await appOf({ scheduler, state: () => 'starting' }).get('/api/health');
    expect([status, body]).toEqual([503, expect.objectContaining({ subscriptions: null, queue: null })]);
    expect(scheduler.calls).toEqual([]);
  });

  it('is unhealthy without a database, and does not ask it for counts', async () => {
    const scheduler = createFakeScheduler();
    const { status, body } = await appOf({ scheduler, ...noDatabase }).get('/api/health');
    expect([status, body]).toEqual([503, expect.objectContaining({ status: 'unhealthy', subscriptions: null })]);
    expect(scheduler.calls).toEqual([]);
  });
});
