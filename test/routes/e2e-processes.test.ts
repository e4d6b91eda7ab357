// Processes, runs and records over HTTP, with processes of a host's own.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineProcess } from '../../src/scheduler/index.js';
import { waitFor } from '../support/wait-for.js';
import { AUTHORIZED, createDue, startEndToEnd, type Answer, type EndToEnd } from './e2e-app.js';

const itemsOf = ({ body }: Answer): Record<string, unknown>[] => body['items'] as Record<string, unknown>[];

let app: EndToEnd;
let release = (): void => {};
const inputs: unknown[] = [];

const rollup = defineProcess({
  name: 'rollup',
  description: 'Adds things up',
  schedule: { frequency: 'daily', time: '02:30', timezone: 'Europe/Berlin' },
  run: async ({ input }) => {
    inputs.push(input);
    return { processed_count: 3 };
  },
});

/** Goes on until it is released or cancelled. */
const patient = defineProcess({
  name: 'patient',
  run: ({ signal, progress }) =>
    new Promise<void>((resolve, reject) => {
      progress(1, 2, 'half way');
      release = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    }),
});

beforeAll(async () => {
  app = await startEndToEnd({ processes: [rollup, patient], heartbeatS: 0.2 });
});
afterAll(() => app.close());

const byName = async (name: string): Promise<Record<string, unknown> | undefined> =>
  itemsOf(await app.call('GET', '/processes')).find((process) => process['name'] === name);

/** Begins a run of `patient` and answers its id. A run before it may be cancelled a moment before its lock is free. */
const begin = (): Promise<string> =>
  waitFor(
    async () => {
      const { status, body } = await app.call('POST', '/processes/patient/run', {}, { Prefer: 'respond-async' });
      return status === 202 && String(body['run_id']);
    },
    { what: 'a run begins' },
  );

const statusOf = async (id: string): Promise<unknown> => (await app.call('GET', `/runs/${id}`)).body['status'];

describe('a process', () => {
  it('runs with the input it is given', async () => {
    const { status, body } = await app.call('POST', '/processes/rollup/run', { input: { day: 1 } });
    expect([status, body['success'], inputs]).toEqual([200, true, [{ day: 1 }]]);
    expect(body['result']).toMatchObject({ processed: 3 });
    expect(await byName('rollup')).toMatchObject({ exclusive: true, running: [], last_run: { trigger: 'manual' } });
  });

  it('is 404 when there is none', async () => {
    const { status, body } = await app.call('POST', '/processes/nobody/run');
    expect([status, body['code']]).toEqual([404, 'PROCESS_NOT_FOUND']);
  });

  it('is 409 with the run that goes on, when it is exclusive', async () => {
    const id = await begin();
    const second = await app.call('POST', '/processes/patient/run');
    expect([second.status, second.body]).toEqual([
      409,
      expect.objectContaining({ code: 'ALREADY_RUNNING', run_id: id }),
    ]);
    expect((await byName('patient'))?.['running']).toEqual([id]);
    release();
    await waitFor(async () => (await statusOf(id)) === 'completed');
  });

  it('takes another schedule, and goes back to the code’s', async () => {
    const schedule = { frequency: 'hourly', time: '00:15' };
    const changed = await app.call('PATCH', '/processes/rollup', { schedule });
    expect(changed.body).toMatchObject({ schedule: { frequency: 'hourly' }, schedule_overridden: true });
    expect(new Date(changed.body['next_run_at'] as string).getUTCMinutes()).toBe(15);
    const back = await app.call('PATCH', '/processes/rollup', { schedule: null });
    expect(back.body).toMatchObject({ schedule: { timezone: 'Europe/Berlin' }, schedule_overridden: false });
  });

  it('is paused and switched off', async () => {
    const until = '2090-01-01T00:00:00.000Z';
    expect((await app.call('PATCH', '/processes/rollup', { paused_until: until })).body).toMatchObject({
      paused_until: until,
    });
    expect((await app.call('PATCH', '/processes/rollup', { paused_until: null, enabled: false })).body).toMatchObject({
      paused_until: null,
      enabled: false,
    });
    expect((await app.call('PATCH', '/processes/rollup', { enabled: true })).body).toMatchObject({ enabled: true });
  });
});

describe('a run', () => {
  it('is cancelled', async () => {
    const id = await begin();
    const { status } = await app.call('POST', `/runs/${id}/cancel`);
    expect(status).toBe(202);
    await waitFor(async () => (await statusOf(id)) === 'cancelled');
    const again = await app.call('POST', `/runs/${id}/cancel`);
    expect([again.status, again.body['code']]).toEqual([409, 'RUN_NOT_RUNNING']);
  });

  it('is watched while it goes on', async () => {
    const id = await begin();
    const events = await fetch(`${app.url}/admin/runs/${id}/events`, { headers: AUTHORIZED });
    const reader = (events.body as ReadableStream<Uint8Array>).getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    expect(first).toMatch(/^event: progress\ndata: \{.*"status":"running"/);
    release();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += new TextDecoder().decode(part.value);
    expect(rest).toMatch(/id: finished\nevent: finished\ndata: \{.*"status":"completed"/);
  });

  it('is found in the history', async () => {
    const all = itemsOf(await app.call('GET', '/runs?process=patient'));
    expect(all.length).toBeGreaterThan(1);
    expect(new Set(all.map(({ process }) => process))).toEqual(new Set(['patient']));
    const page = await app.call('GET', '/runs?process=patient&limit=1');
    const next = await app.call('GET', `/runs?process=patient&limit=1&cursor=${String(page.body['next_cursor'])}`);
    expect([itemsOf(page)[0]?.['id'], itemsOf(next)[0]?.['id']]).toEqual(all.slice(0, 2).map(({ id }) => id));
    expect(itemsOf(await app.call('GET', '/runs?status=cancelled')).length).toBe(1);
    expect(itemsOf(await app.call('GET', '/runs?until=2001-01-01T00:00:00Z'))).toEqual([]);
  });
});

describe('status and records', () => {
  it('show the state at a glance', async () => {
    await createDue(app);
    const { body } = await app.call('GET', '/status');
    expect(body).toMatchObject({
      status: 'ok',
      scheduler: { running: true, tick: '*/10 * * * * *' },
      subscriptions: { suspended: 0, due_capped: false },
      queue: { counts: {}, counts_capped: false },
      breakers: [{ state: 'closed' }],
      versions: { node: expect.any(String), postgres: expect.any(String), tz: process.versions.tz },
    });
    expect(body['instances']).toMatchObject([{ state: 'alive', self: true }]);
    await waitFor(async () => {
      const { subscriptions } = (await app.call('GET', '/status')).body as {
        subscriptions: { due: number; lag_s: number };
      };
      return subscriptions.due === 1 && subscriptions.lag_s >= 60;
    });
  });

  it('tell who did what', async () => {
    const audit = itemsOf(await app.call('GET', '/audit?actor=ops&limit=200'));
    expect(new Set(audit.map(({ action }) => action)).size).toBeGreaterThan(3);
    expect(audit[0]).toMatchObject({
      actor: 'ops',
      ip: expect.stringContaining('127.0.0.1'),
      request_id: expect.any(String),
    });
    expect(itemsOf(await app.call('GET', '/audit?actor=nobody'))).toEqual([]);
  });

  it('tell what is coming and what was', async () => {
    await app.call('POST', '/subscriptions', { user_id: 'u', schedule: { frequency: 'hourly', time: '00:30' } });
    const forecast = itemsOf(await app.call('GET', '/forecast?hours=6&bucket=1h'));
    expect(forecast).toHaveLength(6);
    expect(forecast.reduce((sum, { occurrences }) => sum + Number(occurrences), 0)).toBeGreaterThanOrEqual(1);
    await waitFor(async () => itemsOf(await app.call('GET', '/stats?days=2')).some(({ name }) => name === 'rollup'));
    const [row] = itemsOf(await app.call('GET', '/stats?days=2')).filter(({ name }) => name === 'rollup');
    expect(row).toMatchObject({ runs: 1, day: new Date().toISOString().slice(0, 10) });
  });

  it('count for Prometheus', async () => {
    const response = await fetch(`${app.url}/admin/metrics`, { headers: AUTHORIZED });
    const text = await response.text();
    expect(text).toContain('punctual_runs_total{process="rollup",trigger="manual",status="completed"} 1');
    expect(text).toMatch(/punctual_lag_seconds \d/);
  });
});
