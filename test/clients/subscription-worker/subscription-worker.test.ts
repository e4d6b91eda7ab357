import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../src/base/clock.js';
import type { OccurrenceCall, SubscriptionWorker } from '../../../src/clients/subscription-worker/attempt.js';
import {
  createSubscriptionWorker,
  type SubscriptionWorkerOptions,
} from '../../../src/clients/subscription-worker/subscription-worker.js';
import { startReceiver, type Receiver, type Reply } from '../../support/servers/receiver.js';
import { waitFor } from '../../support/wait-for.js';

const call: OccurrenceCall = {
  subscriptionId: 'sub-1',
  userId: 'user-1',
  scheduledFor: new Date('2026-03-08T09:00:00.000Z'),
  attempt: 2,
  missedCount: 3,
};
const never = new AbortController().signal;
const TOKEN = 'very-secret-token';

let receiver: Receiver;
const opened: SubscriptionWorker[] = [];

const open = (options: Partial<SubscriptionWorkerOptions> = {}): SubscriptionWorker => {
  const worker = createSubscriptionWorker({
    url: receiver.url,
    token: TOKEN,
    timeoutMs: 5_000,
    maxResponseBytes: 64 * 1024,
    maxConnections: 4,
    clock: systemClock,
    ...options,
  });
  opened.push(worker);
  return worker;
};

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((worker) => worker.close()));
  await receiver.close();
});

const attempt = (reply: Reply, options: Partial<SubscriptionWorkerOptions> = {}) => {
  receiver.answer(reply);
  return open(options).process(call, never);
};

describe('what the worker is sent', () => {
  it('is one POST with the occurrence, its key and the token', async () => {
    expect(await attempt({})).toMatchObject({ kind: 'ok', status: 200 });
    const [got] = receiver.calls;
    expect(got).toMatchObject({ method: 'POST', path: '/process' });
    expect(got!.body).toEqual({
      subscriptionId: 'sub-1',
      userId: 'user-1',
      scheduledFor: '2026-03-08T09:00:00.000Z',
      attempt: 2,
      missedCount: 3,
    });
    expect(got!.headers).toMatchObject({
      'idempotency-key': 'sub-1:2026-03-08T09:00:00.000Z',
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
    });
  });

  it('goes below the path of the URL, without a token when there is none', async () => {
    await open({ url: `${receiver.url}/base/?v=1`, token: undefined }).process(call, never);
    expect(receiver.calls[0]).toMatchObject({ path: '/base/process?v=1' });
    expect(receiver.calls[0]!.headers.authorization).toBeUndefined();
  });

  it('carries the headers that the host makes for each call', async () => {
    let made = 0;
    const headers = async () => ({ Authorization: `Bearer identity-${(made += 1)}`, 'X-Team': 'a' });
    const worker = open({ headers });
    await worker.process(call, never);
    await worker.process(call, never);
    expect(receiver.calls.map(({ headers: got }) => got.authorization)).toEqual([
      'Bearer identity-1',
      'Bearer identity-2',
    ]);
    expect(receiver.calls[0]!.headers['x-team']).toBe('a');
  });

  it('refuses an URL that is none', () => {
    expect(() => open({ url: 'not a url' })).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
  });
});

describe('what the answer means', () => {
  const errors: readonly [Reply, object][] = [
    [{ status: 204 }, { kind: 'ok', status: 204 }],
    [{ status: 200, body: 'not json {' }, { kind: 'ok' }],
    [{ status: 422 }, { kind: 'rejected', status: 422, error: { code: 'HTTP_422' } }],
    [{ status: 400 }, { kind: 'rejected', status: 400 }],
    [{ status: 401 }, { kind: 'misconfigured', status: 401, error: { code: 'HTTP_401' } }],
    [{ status: 403 }, { kind: 'misconfigured', status: 403 }],
    [{ status: 404 }, { kind: 'misconfigured', status: 404 }],
    [
      { status: 302, headers: { location: '/elsewhere' } },
      { kind: 'misconfigured', status: 302 },
    ],
    [{ status: 408 }, { kind: 'overloaded', status: 408, retryAfterMs: null }],
    [
      { status: 429, retryAfter: 7 },
      { kind: 'overloaded', status: 429, retryAfterMs: 7_000 },
    ],
    [
      { status: 503, retryAfter: 'Wed, 21 Oct 2015 07:28:00 GMT' },
      { kind: 'overloaded', retryAfterMs: 0 },
    ],
    [
      { status: 503, retryAfter: 'soon' },
      { kind: 'overloaded', retryAfterMs: null },
    ],
    [{ status: 500 }, { kind: 'broken', status: 500, error: { code: 'HTTP_500' } }],
    [
      { status: 502, retryAfter: 1 },
      { kind: 'broken', status: 502, retryAfterMs: 1_000 },
    ],
    [{ bodyBytes: 10 * 1024 * 1024 }, { kind: 'broken', status: null, error: { code: 'RESPONSE_TOO_LARGE' } }],
    [{ fault: 'garbage' }, { kind: 'broken', status: null, error: { code: 'INVALID_RESPONSE' } }],
    [{ fault: 'cut' }, { kind: 'broken', status: null, error: { code: 'ECONNRESET' } }],
  ];

  it.each(errors)('%j', async (reply, expected) => {
    expect(await attempt(reply)).toMatchObject(expected);
  });

  it.each(['hang', 'stall'] as const)('a receiver that does not finish (%s) is overloaded', async (fault) => {
    expect(await attempt({ fault }, { timeoutMs: 60 })).toMatchObject({
      kind: 'overloaded',
      status: null,
      error: { code: 'TIMEOUT' },
    });
    await waitFor(() => receiver.inFlight === 0, { what: 'the connection is cut' });
  });

  it('a receiver that is not there is broken', async () => {
    const worker = open();
    await receiver.close();
    expect(await worker.process(call, never)).toMatchObject({ kind: 'broken', error: { code: 'ECONNREFUSED' } });
  });

  it('an answer that ends in the middle of its body is broken', async () => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await open({ url }).process(call, never)).toMatchObject({ kind: 'broken', error: { code: 'RESPONSE_CUT' } });
    await new Promise((resolve) => server.close(resolve));
  });

  it('goes on with the same connections after each fault', async () => {
    const worker = open({ timeoutMs: 200 });
    for (const fault of ['garbage', 'cut', 'stall', 'hang'] as const) {
      receiver.next({ fault });
      expect((await worker.process(call, never)).kind).not.toBe('ok');
      expect(await worker.process(call, never)).toMatchObject({ kind: 'ok' });
    }
  });
});

describe('our own signal', () => {
  it('ends a call that runs', async () => {
    receiver.answer({ fault: 'hang' });
    const controller = new AbortController();
    const running = open().process(call, controller.signal);
    await waitFor(() => receiver.inFlight === 1);
    controller.abort();
    expect(await running).toMatchObject({ kind: 'aborted' });
    await waitFor(() => receiver.inFlight === 0);
  });

  it('ends calls that wait for a connection, and those that had not begun', async () => {
    receiver.answer({ fault: 'hang' });
    const worker = open({ maxConnections: 1 });
    const controller = new AbortController();
    const running = [worker.process(call, controller.signal), worker.process(call, controller.signal)];
    await waitFor(() => receiver.inFlight === 1);
    controller.abort();
    running.push(worker.process(call, controller.signal));
    expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(receiver.calls).toHaveLength(1);
  });
});

describe('the headers that the host makes', () => {
  it('that throw are an error that does not tell why: it might be a secret', async () => {
    const headers = (): never => {
      throw new Error(`no token for ${TOKEN}`);
    };
    const result = await open({ headers }).process(call, never);
    expect(result).toMatchObject({ kind: 'broken', error: { code: 'HEADERS_FAILED' } });
    expect(JSON.stringify(result)).not.toContain(TOKEN);
    expect(receiver.calls).toHaveLength(0);
  });

  it('that never come are an error after the time-out', async () => {
    const result = await open({ headers: () => new Promise(() => {}), timeoutMs: 40 }).process(call, never);
    expect(result).toMatchObject({ kind: 'broken', error: { code: 'HEADERS_FAILED' } });
  });

  it('do not hold our signal up', async () => {
    const controller = new AbortController();
    const running = open({ headers: () => new Promise(() => {}) }).process(call, controller.signal);
    controller.abort();
    expect(await running).toMatchObject({ kind: 'aborted' });
  });
});

describe('secrets', () => {
  it('that the receiver echoes do not come back in the error', async () => {
    receiver.answer(({ headers }) => ({ status: 500, body: { echo: headers } }));
    const headers = () => ({ 'X-Key': 'host-made-secret' });
    const result = await open({ headers }).process(call, never);
    expect(result).toMatchObject({ kind: 'broken', error: { message: expect.stringContaining('[redacted]') } });
    expect(JSON.stringify(result)).not.toMatch(/very-secret-token|host-made-secret/);
  });
});

describe('an error that the receiver explains', () => {
  it('is told in at most 500 printable characters', async () => {
    const result = await attempt({ status: 422, body: { reason: `no such\u0000 user ${'x'.repeat(900)}` } });
    expect(result).toMatchObject({ error: { message: expect.stringContaining('no such') } });
    const { message } = (result as { error: { message: string } }).error;
    expect(message.length).toBeLessThanOrEqual(500);
    expect(message).not.toContain('\u0000');
  });
});
