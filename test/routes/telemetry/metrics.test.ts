// Metrics: counters follow the events, gauges the state, and one scheduler's are not another's.
import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../../src/routes/telemetry/metrics.js';
import { createAdminApp } from '../admin-app.js';
import { createFakeScheduler, finishedRun } from '../fake-scheduler.js';

const valueOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

const items = (outcome: string): string => `punctual_items_total{process="subscriptions",outcome="${outcome}"}`;

describe('histograms', () => {
  it('are read from what the scheduler has counted', async () => {
    const text = await createMetrics(createFakeScheduler()).render();
    const series = (suffix: string, labels = '') =>
      valueOf(text, `punctual_run_duration_seconds_${suffix}{process="subscriptions"${labels}}`);
    expect(text).toContain('# TYPE punctual_run_duration_seconds histogram');
    expect([series('sum'), series('count')]).toEqual([1.5, 3]);
    expect(['0.001', '0.004', '+Inf'].map((le) => series('bucket', `,le="${le}"`))).toEqual([2, 3, 3]);
    expect(valueOf(text, 'punctual_job_wait_seconds_count{type="mail"}')).toBe(1);
  });
});

describe('counters', () => {
  it('count items while a run goes on, each once', async () => {
    const scheduler = createFakeScheduler();
    const metrics = createMetrics(scheduler);
    const at = (successful: number) => ({
      ...finishedRun,
      counts: { ...finishedRun.counts, successful, dead: 0, failed: 0 },
    });
    scheduler.emit('run.progress', at(10));
    scheduler.emit('run.progress', at(25));
    expect(valueOf(await metrics.render(), items('successful'))).toBe(25);
    scheduler.emit('run.finished', { ...at(40), stoppedEarly: true });
    const text = await metrics.render();
    expect(valueOf(text, items('successful'))).toBe(40);
    expect(valueOf(text, 'punctual_runs_total{process="subscriptions",trigger="manual",status="completed"}')).toBe(1);
    expect(valueOf(text, 'punctual_runs_stopped_early_total{process="subscriptions"}')).toBe(1);
  });

  it('count what goes wrong', async () => {
    const scheduler = createFakeScheduler();
    const metrics = createMetrics(scheduler);
    scheduler.emit('instance.dead', { instanceId: 'x', rescued: { subscriptions: 7 } });
    scheduler.emit('instance.lost', { instanceId: 'i', reason: 'connection' });
    scheduler.emit('subscription.suspended', { subscriptionId: 's', deadInARow: 5 });
    scheduler.emit('breaker.changed', { name: 'worker', state: 'open' });
    scheduler.emit('run.slow', finishedRun);
    const text = await metrics.render();
    expect(valueOf(text, 'punctual_instances_dead_total')).toBe(1);
    expect(valueOf(text, 'punctual_rescued_total{source="subscriptions"}')).toBe(7);
    expect(valueOf(text, 'punctual_instance_lost_total')).toBe(1);
    expect(valueOf(text, 'punctual_subscriptions_suspended_total')).toBe(1);
    expect(valueOf(text, 'punctual_breaker_changes_total{name="worker",state="open"}')).toBe(1);
    expect(valueOf(text, 'punctual_runs_slow_total{process="subscriptions"}')).toBe(1);
  });

  it('are of one scheduler alone, and stop with close', async () => {
    const [one, other] = [createFakeScheduler(), createFakeScheduler()];
    const [metrics, others] = [createMetrics(one), createMetrics(other)];
    one.emit('run.finished', finishedRun);
    expect(valueOf(await metrics.render(), items('failed'))).toBe(1);
    expect(valueOf(await others.render(), items('failed'))).toBeUndefined();
    metrics.close();
    one.emit('run.finished', finishedRun);
    expect(valueOf(await metrics.render(), items('failed'))).toBe(1);
  });
});

describe('gauges', () => {
  it('show lag, counts, window, breaker, pool and event loop', async () => {
    const text = await createMetrics(createFakeScheduler()).render();
    const expected: Record<string, number> = {
      punctual_up: 1,
      punctual_instance_event_loop_lag_p99_seconds: 0.0015,
      punctual_instance_heap_limit_bytes: 2,
      punctual_instance_claims_per_minute: 60,
      punctual_instance_restarts_24h: 1,
      'punctual_instances{state="alive"}': 1,
      'punctual_in_flight{source="subscriptions"}': 3,
      'punctual_concurrency_limit{source="subscriptions"}': 4,
      'punctual_claimed_total{source="subscriptions"}': 99,
      'punctual_breaker_state{name="subscription-worker",state="open"}': 1,
      'punctual_breaker_state{name="subscription-worker",state="closed"}': 0,
      'punctual_pool_connections{state="waiting"}': 2,
      'punctual_subscriptions{state="due"}': 10_000,
      'punctual_subscriptions{state="dead_24h"}': 2,
      punctual_lag_seconds: 12.5,
    };
    expect(Object.fromEntries(Object.keys(expected).map((series) => [series, valueOf(text, series)]))).toEqual(
      expected,
    );
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('ask for the counts once, and leave out what cannot be had', async () => {
    const scheduler = createFakeScheduler();
    const metrics = createMetrics(scheduler);
    await metrics.render();
    expect(scheduler.calls.filter(([name]) => name === 'subscriptions.status')).toHaveLength(1);
    Object.assign(scheduler.subscriptions ?? {}, { status: () => Promise.reject(new Error('no database')) });
    const text = await metrics.render();
    expect(valueOf(text, 'punctual_lag_seconds')).toBeUndefined();
    expect(valueOf(text, 'punctual_up')).toBe(1);
  });
});

describe('GET /admin/metrics', () => {
  it('answers the exposition format', async () => {
    const { as } = createAdminApp();
    const response = await as('get', '/metrics').expect(200);
    expect(response.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(response.text).toContain('# TYPE punctual_items_total counter');
  });
});
