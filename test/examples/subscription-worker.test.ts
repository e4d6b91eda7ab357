import { afterEach, describe, expect, it } from '@jest/globals';
import { fateOf, latencyOf } from '../../examples/subscription-worker/behaviour.js';
import { readSettings } from '../../examples/subscription-worker/settings.js';
import { startProcess, type RunningProcess } from '../support/processes.js';
import { waitFor } from '../support/wait-for.js';

describe('the example subscription worker', () => {
  let worker: RunningProcess | undefined;
  let url = '';
  const start = async (...args: string[]): Promise<void> => {
    worker = await startProcess({
      script: 'examples/subscription-worker/index.ts',
      args: ['--port', '0', '--latency-ms', '0', ...args],
      ready: /"port":(\d+)/,
    });
    url = `http://127.0.0.1:${worker.ready[1]}`;
  };
  afterEach(async () => void (await worker?.stop('SIGKILL')));

  const call = (
    key: string,
    body: unknown = { subscriptionId: 's', userId: 'u', scheduledFor: 'ignored' },
  ): Promise<Response> =>
    fetch(`${url}/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
  const stats = async (): Promise<Record<string, unknown>> =>
    (await (await fetch(`${url}/stats`)).json()) as Record<string, unknown>;

  it('does an occurrence once, and shows repeats', async () => {
    await start();
    const first = await call('s:1');
    expect(await first.json()).toEqual({ success: true, subscriptionId: 's', userId: 'u' });
    const second = await call('s:1');
    expect([second.status, second.headers.get('idempotent-replay')]).toEqual([200, 'true']);
    expect((await call('s:2')).headers.get('idempotent-replay')).toBeNull();
    expect(await stats()).toMatchObject({ received: 3, processed: 2, repeated: 1, concurrent: 0, in_flight: 0 });
  });

  it('refuses two at once with one key', async () => {
    await start('--latency-ms', '300', '--latency-spread', '0');
    const statuses = await Promise.all([call('s:1'), call('s:1')].map(async (reply) => (await reply).status));
    expect(statuses.sort()).toEqual([200, 409]);
    expect(await stats()).toMatchObject({ processed: 1, concurrent: 1 });
  });

  it('refuses what is no call', async () => {
    await start();
    expect((await call('k', { userId: 'u' })).status).toBe(400);
    expect((await stats())['received']).toBe(0);
  });

  it.each([
    ['--fail', 500, null],
    ['--reject', 422, null],
    ['--busy', 429, '2'],
  ])('answers errors on demand: %s', async (flag, status, retryAfter) => {
    await start(flag, '1');
    const reply = await call('s:1');
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(await stats()).toMatchObject({ processed: 0, refused: { [status]: 1 } });
  });

  it('hangs on demand, and still ends when told to', async () => {
    await start('--hang', '1');
    const fate = call('s:1').then(
      () => 'answered',
      () => 'cut',
    );
    await waitFor(async () => (await stats())['in_flight'] === 1);
    expect(await worker?.stop()).toEqual({ code: 0, signal: null });
    expect(await fate).toBe('cut');
  });
});

describe('its settings', () => {
  it('come from flags, then the environment, then defaults', () => {
    const settings = readSettings(['--fail', '0.5'], { WORKER_FAIL: '0.1', WORKER_BUSY: '0.2', PORT: '' });
    expect(settings).toMatchObject({ fail: 0.5, busy: 0.2, port: 4000, latencyMs: 20 });
  });
  it.each([
    [['--fail', '2'], '--fail'],
    [['--latency-ms', 'slow'], '--latency-ms'],
    [['--port', '-1'], '--port'],
    [['--nonsense', '1'], '--nonsense'],
  ])('are checked: %j', (args, named) => {
    expect(() => readSettings(args, {})).toThrow(named);
  });
});

describe('its behaviour', () => {
  const shares = { fail: 0.1, reject: 0.2, busy: 0, hang: 0 };
  it('gives each fate its share, the same for the same attempt', () => {
    const fates = Array.from({ length: 10_000 }, (_, i) => fateOf(`key ${i}`, 1, shares));
    expect(fates.filter((fate) => fate === 'fail').length / 10_000).toBeCloseTo(0.1, 1);
    expect(fates.filter((fate) => fate === 'reject').length / 10_000).toBeCloseTo(0.2, 1);
    expect(fates).not.toContain('busy');
    expect(Array.from({ length: 10_000 }, (_, i) => fateOf(`key ${i}`, 1, shares))).toEqual(fates);
  });
  it('has the median asked for', () => {
    const settings = readSettings(['--latency-ms', '100'], {});
    const faster = Array.from({ length: 10_000 }, () => latencyOf(settings)).filter((ms) => ms < 100).length;
    expect(faster / 10_000).toBeCloseTo(0.5, 1);
  });
});
