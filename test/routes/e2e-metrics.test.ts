// Each metric that docs/operate.md names is there, and moves when what it tells of happens: a real scheduler, made to live through it all.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { defineProcess } from '../../src/index.js';
import { startReceiver, type Receiver } from '../support/servers/receiver.js';
import { waitFor } from '../support/wait-for.js';
import { AUTHORIZED, createDue, startEndToEnd, type EndToEnd } from './e2e-app.js';

let app: EndToEnd;
let worker: Receiver;
beforeAll(async () => {
  worker = await startReceiver();
  app = await startEndToEnd({
    heartbeatS: 1,
    subscriptions: { workerUrl: worker.url, parallel: 3, retryBaseS: 600, suspendAfter: 1, timeoutMs: 10_000 },
    processes: [
      defineProcess({
        name: 'bounded',
        budgetS: 0.5,
        alertS: 0.1,
        run: (ctx) => new Promise((resolve) => ctx.closing.addEventListener('abort', () => resolve())),
      }),
    ],
  });
});
afterAll(async () => {
  await app.close();
  await worker.close();
});

type Json = Record<string, unknown>;

const scrape = async (): Promise<string> => (await fetch(`${app.url}/admin/metrics`, { headers: AUTHORIZED })).text();

/** The sum of a metric over its series that have all of these labels; undefined: there is none. */
async function metric(name: string, ...labels: string[]): Promise<number | undefined> {
  const lines = (await scrape())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const mine = lines.filter((line) => labels.every((label) => line.includes(label)));
  return mine.length === 0 ? undefined : mine.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
const outcome = (name: string): Promise<number | undefined> =>
  metric('punctual_items_total', 'process="subscriptions"', `outcome="${name}"`);
const trigger = (): Promise<unknown> => app.call('POST', '/process-subscriptions');
const sql = (text: string, values: unknown[] = []) => app.database.pool.query(text, values);

it('names of docs/operate.md are names of metrics, and each metric of ours stands there', async () => {
  const text = await readFile('docs/operate.md', 'utf8');
  const named = new Set(text.match(/\b(punctual|nodejs)_[a-z0-9_]+/g));
  const told = new Set((await scrape()).match(/(?<=^# TYPE )(punctual|nodejs)_\S+/gm));
  expect([...named].filter((name) => !told.has(name))).toEqual([]);
  expect([...told].filter((name) => name.startsWith('punctual_') && !named.has(name))).toEqual([]);
});

it('lag, claims, what is in flight, the limit and outcomes follow a run', async () => {
  for (let n = 0; n < 5; n += 1) await createDue(app);
  expect(await metric('punctual_lag_seconds')).toBeGreaterThan(59);
  expect(await metric('punctual_subscriptions', 'state="due"')).toBe(5);
  expect(await metric('punctual_concurrency_limit', 'source="subscriptions"')).toBe(3);
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  worker.answer(() => answered.then(() => ({})));
  const run = trigger();
  await waitFor(() => worker.inFlight === 3);
  expect(await metric('punctual_in_flight', 'source="subscriptions"')).toBe(3);
  expect(await metric('punctual_claimed_total', 'source="subscriptions"')).toBe(5);
  answer();
  await run;
  worker.answer({});
  expect([await outcome('successful'), await outcome('failed')]).toEqual([5, undefined]);
  expect(await metric('punctual_runs_total', 'process="subscriptions"', 'status="completed"')).toBe(1);
  expect(await metric('punctual_run_duration_seconds_count', 'process="subscriptions"')).toBe(1);
  expect(await metric('punctual_in_flight', 'source="subscriptions"')).toBe(0);
  expect(await metric('punctual_lag_seconds')).toBe(0);
});

it('times are told as histograms, by process and by receiver, and as percentiles over all instances', async () => {
  const receiver = `receiver="${new URL(worker.url).host}"`;
  for (const measure of ['lateness', 'wait', 'duration']) {
    expect(await metric(`punctual_receiver_${measure}_seconds_count`, receiver)).toBe(5);
  }
  expect(await metric('punctual_process_lateness_seconds_bucket', 'process="subscriptions"', 'le="32.768"')).toBe(0);
  expect(await metric('punctual_process_lateness_seconds_bucket', 'process="subscriptions"', 'le="+Inf"')).toBe(5);
  expect(await metric('punctual_process_lateness_seconds_sum', 'process="subscriptions"')).toBeGreaterThan(5 * 59);
  const { body: late } = await app.call('GET', '/stats/latencies?subject=process&name=subscriptions&hours=1');
  expect((late.items as Json[]).map(({ measure, count }) => [measure, count])).toEqual([
    ['duration', 1],
    ['lateness', 5],
    ['wait', 5],
  ]);
  const { body: stats } = await app.call('GET', '/stats?days=1');
  const row = (stats.items as Json[]).find(({ name }) => name === 'subscriptions');
  expect(row).toMatchObject({
    runs: 1,
    lateness: { p50_ms: expect.any(Number) },
    duration: { p99_ms: expect.any(Number) },
  });
  expect((row?.lateness as { p50_ms: number }).p50_ms).toBeGreaterThan(50_000);
});

it('failures, retries, the dead, suspensions and what was skipped are told apart', async () => {
  await createDue(app);
  worker.next({ status: 500 });
  await trigger();
  expect([await outcome('failed'), await outcome('retried'), await outcome('dead')]).toEqual([1, 1, undefined]);
  expect(await metric('punctual_subscriptions', 'state="failed"')).toBe(1);
  await createDue(app);
  worker.next({ status: 422 });
  await trigger();
  expect([await outcome('failed'), await outcome('retried'), await outcome('dead')]).toEqual([2, 1, 1]);
  expect(await metric('punctual_subscriptions_suspended_total')).toBe(1);
  expect(await metric('punctual_subscriptions', 'state="suspended"')).toBe(1);
  // half a day away, so that one occurrence is missed at any hour of the day
  const time = new Date(Date.now() + 12 * 3_600_000).toISOString().slice(11, 16);
  const late = await createDue(app, {
    user_id: 'u',
    schedule: { frequency: 'daily', time, timezone: 'UTC', misfire: 'skip', misfire_grace_s: 60 },
  });
  await sql(`UPDATE subscription_processing SET next_run_at = now() - interval '2 hours' WHERE subscription_id = $1`, [
    late,
  ]);
  await trigger();
  expect(await outcome('skipped')).toBe(1);
});

it('a run that uses up its budget is slow, and stopped early', async () => {
  await app.call('POST', '/processes/bounded/run');
  expect(await metric('punctual_runs_slow_total', 'process="bounded"')).toBe(1);
  expect(await metric('punctual_runs_stopped_early_total', 'process="bounded"')).toBe(1);
});

it('an instance says with its heartbeat how it is doing', async () => {
  const { instances } = (await app.call('GET', '/status')).body as { instances: Record<string, unknown>[] };
  const [own] = instances.filter(({ self }) => self);
  expect(Object.keys(own?.['gauges'] ?? {}).sort()).toEqual([
    ...['claims_per_min', 'event_loop_p99_ms', 'heap_limit_bytes', 'heap_used_bytes', 'pool_idle', 'pool_total'],
    ...['pool_waiting', 'pool_waiting_s', 'restarts_24h', 'rss_bytes'],
  ]);
  expect(own?.['gauges']).toMatchObject({ pool_waiting: 0, restarts_24h: 0 });
  expect(await metric('punctual_instance_heap_limit_bytes')).toBeGreaterThan(
    (await metric('punctual_instance_heap_used_bytes')) ?? 0,
  );
});

it('an instance that is found dead is counted, and what it held', async () => {
  const dead = randomUUID();
  const held = await createDue(app);
  await sql(
    `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key) VALUES ($1, 'gone', 1, '0', 2000000000)`,
    [dead],
  );
  await sql(
    `UPDATE subscription_processing SET status = 'processing', claimed_by = $1, claim_token = gen_random_uuid(), attempt = 1
      WHERE subscription_id = $2`,
    [dead, held],
  );
  await waitFor(() => metric('punctual_instances_dead_total'));
  expect(await metric('punctual_rescued_total', 'source="subscriptions"')).toBe(1);
  expect(await metric('punctual_instances', 'state="dead"')).toBe(1);
  await trigger();
});

it('a claim that somebody else has ended is counted as lost', async () => {
  await createDue(app);
  worker.answer(async () => {
    await sql(`UPDATE subscription_processing SET status = 'completed', claimed_by = NULL, claim_token = NULL, next_run_at = NULL
      WHERE status = 'processing'`);
    return {};
  });
  await trigger();
  worker.answer({});
  expect(await outcome('lost')).toBe(1);
});

it('a lost dedicated connection is counted, and up again', async () => {
  await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'punctual-presence'
    AND datname = current_database()`);
  await waitFor(() => metric('punctual_instance_lost_total'));
  await waitFor(() => metric('punctual_up'));
});

it('a breaker that opens says so', async () => {
  expect(await metric('punctual_breaker_state', 'state="closed"')).toBe(1);
  for (let n = 0; n < 40; n += 1) await createDue(app);
  worker.answer({ status: 500 });
  await trigger();
  expect(await metric('punctual_breaker_state', 'state="open"')).toBe(1);
  expect(await metric('punctual_breaker_state', 'state="closed"')).toBe(0);
  expect(await metric('punctual_breaker_changes_total', 'state="open"')).toBe(1);
});

it('callers that wait for a database connection are seen, and what the event loop takes', async () => {
  expect(await metric('punctual_pool_connections', 'state="waiting"')).toBe(0);
  const all = Array.from({ length: 10 }, () => app.database.pool.connect());
  const taken = await Promise.all(all);
  const waiting = [1, 2].map(() => app.database.pool.query('SELECT 1'));
  const scraped = metric('punctual_pool_connections', 'state="waiting"');
  await waitFor(() => app.database.pool.waitingCount > 4);
  taken.forEach((client) => client.release());
  await Promise.all(waiting);
  // the engine's own heartbeat may be a third
  expect(await scraped).toBeGreaterThanOrEqual(2);
  expect(await metric('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
});
