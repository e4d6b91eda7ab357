// What OpenTelemetry is told of a real scheduler: runs, claims, calls, ends and enqueueing, and nothing when nobody listens.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { z } from 'zod';
import { loadTelemetry } from '../../src/base/telemetry/load-telemetry.js';
import { formatTraceparent, parseTraceparent } from '../../src/base/telemetry/open-telemetry.js';
import { defineJob, defineProcess, retry } from '../../src/index.js';
import { createDue, startEndToEnd, type EndToEnd } from '../routes/e2e-app.js';
import { startMemorySdk, type MemorySdk } from '../support/open-telemetry.js';

let sdk: MemorySdk;
let app: EndToEnd;
let inside: string | undefined;
const mail = defineJob({
  type: 'mail',
  schema: z.object({ ok: z.boolean() }),
  run: (_ctx, { ok }) => {
    inside = trace.getSpanContext(context.active())?.spanId;
    return ok ? undefined : retry({ reason: 'not now' });
  },
});
const failing = defineProcess({
  name: 'failing',
  run: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOPE' })),
});
const workOnce = () => app.scheduler.queue.worker.workOnce({ closing: new AbortController().signal });

beforeAll(async () => {
  sdk = startMemorySdk();
  app = await startEndToEnd({ jobs: [mail], queue: { worker: false }, processes: [failing] });
});
beforeEach(() => sdk.clear());
afterAll(async () => {
  await app.close();
  sdk.close();
});

describe('a run of subscriptions', () => {
  it('is a trace with its claims and ends; each occurrence is one of its own, linked to its claim, with its call', async () => {
    for (let n = 0; n < 3; n += 1) await createDue(app);
    await app.call('POST', '/process-subscriptions');
    const [run] = sdk.named('run subscriptions');
    expect(run).toMatchObject({ kind: 'INTERNAL', parentId: null, attributes: { 'punctual.run.trigger': 'manual' } });
    const [claim] = sdk.named('receive subscriptions');
    expect(claim).toMatchObject({
      ...{ kind: 'CLIENT', traceId: run?.traceId, parentId: run?.spanId },
      attributes: {
        'messaging.system': 'punctual',
        'messaging.operation.type': 'receive',
        'messaging.destination.name': 'subscriptions',
        'messaging.batch.message_count': 3,
      },
    });
    const items = sdk.named('process subscriptions');
    expect(items).toHaveLength(3);
    expect(new Set([run?.traceId, ...items.map(({ traceId }) => traceId)]).size).toBe(4);
    for (const item of items) {
      expect(item).toMatchObject({ kind: 'CONSUMER', parentId: null, links: [{ spanId: claim?.spanId }] });
      const call = sdk.named('POST').find(({ parentId }) => parentId === item.spanId);
      expect(call).toMatchObject({
        ...{ kind: 'CLIENT', traceId: item.traceId },
        attributes: {
          'http.request.method': 'POST',
          'http.response.status_code': 200,
          'server.port': app.receiver.port,
          'url.full': `${app.receiver.url}/process`,
        },
      });
    }
    const settles = sdk.named('settle subscriptions');
    for (const settle of settles) expect(settle).toMatchObject({ kind: 'CLIENT', parentId: run?.spanId });
    const settled = settles.flatMap(({ links }) => links.map(({ spanId }) => spanId));
    expect(settled.sort()).toEqual(items.map(({ spanId }) => spanId).sort());
  });

  it('carries the trace to the receiver, with what the host propagates', async () => {
    await createDue(app);
    const before = app.receiver.calls.length;
    await app.call('POST', '/process-subscriptions');
    const [call] = sdk.named('POST');
    const { headers } = app.receiver.calls[before]!;
    expect(headers.traceparent).toBe(`00-${call?.traceId}-${call?.spanId}-01`);
    expect(headers.tracestate).toBe(`memory=${call?.spanId}`);
  });

  it('tells what failed: the call, the occurrence, and not the run', async () => {
    await createDue(app);
    app.receiver.next({ status: 503 });
    await app.call('POST', '/process-subscriptions');
    for (const name of ['POST', 'process subscriptions']) {
      expect(sdk.named(name)[0]).toMatchObject({ attributes: { 'error.type': 'HTTP_503' }, status: { code: 2 } });
    }
    expect(sdk.named('run subscriptions')[0]).toMatchObject({ status: { code: 0 } });
  });
});

it('a run that fails ends its span as failed', async () => {
  await app.call('POST', '/processes/failing/run');
  expect(sdk.named('run failing')).toEqual([
    expect.objectContaining({
      status: { code: 2, message: 'no' },
      attributes: expect.objectContaining({ 'error.type': 'ENOPE' }),
    }),
  ]);
});

describe('jobs', () => {
  /** Enqueues inside a span of the host's. */
  const enqueueInRequest = (options: { trace?: boolean }, ok = true) => {
    const request = trace.getTracer('host').startSpan('GET /order', {}, ROOT_CONTEXT);
    return context
      .with(trace.setSpan(ROOT_CONTEXT, request), () => app.scheduler.enqueue(mail, { ok }, options))
      .finally(() => request.end());
  };

  it('go on with the trace in which they were enqueued where that was asked for', async () => {
    const { id } = await enqueueInRequest({ trace: true });
    await workOnce();
    const [request, send, work] = ['GET /order', 'send mail', 'process mail'].map((name) => sdk.named(name)[0]);
    expect(send).toMatchObject({ kind: 'PRODUCER', traceId: request?.traceId, parentId: request?.spanId });
    expect(send?.attributes).toMatchObject({ 'messaging.message.id': id, 'messaging.destination.name': 'mail' });
    expect(work).toMatchObject({ kind: 'CONSUMER', traceId: request?.traceId, parentId: send?.spanId });
    expect(work?.links).toEqual([expect.objectContaining({ spanId: sdk.named('receive queue')[0]?.spanId })]);
    expect(inside).toBe(work?.spanId);
  });

  it('are traces of their own otherwise, and nothing is stored with them', async () => {
    const { id } = await enqueueInRequest({});
    const { rows } = await app.database.pool.query('SELECT trace_context FROM punctual.jobs WHERE id = $1', [id]);
    expect(rows).toEqual([{ trace_context: null }]);
    await workOnce();
    const [work] = sdk.named('process mail');
    expect(work?.parentId).toBeNull();
    expect(work?.traceId).not.toBe(sdk.named('send mail')[0]?.traceId);
  });

  it('of a batch are one span to send, one to claim, and one to settle with links to each', async () => {
    await app.scheduler.enqueueMany(Array.from({ length: 4 }, () => ({ job: mail, payload: { ok: true } })));
    await workOnce();
    expect(sdk.named('send mail')).toEqual([
      expect.objectContaining({ attributes: expect.objectContaining({ 'messaging.batch.message_count': 4 }) }),
    ]);
    expect(sdk.named('process mail')).toHaveLength(4);
    expect(sdk.named('settle queue').flatMap(({ links }) => links)).toHaveLength(4);
  });

  it('are measured by the conventions', async () => {
    await enqueueInRequest({}, false);
    await workOnce();
    const of = (metric: string, operation: string) =>
      sdk.measurements.filter(
        (one) => one.metric === metric && one.attributes['messaging.operation.name'] === operation,
      );
    expect(of('messaging.client.sent.messages', 'send')).toMatchObject([{ value: 1 }]);
    expect(of('messaging.client.consumed.messages', 'receive')).toMatchObject([{ value: 1 }]);
    expect(of('messaging.process.duration', 'process')).toMatchObject([
      { attributes: { 'messaging.destination.name': 'mail', 'error.type': 'RETRY' } },
    ]);
    for (const operation of ['send', 'receive', 'settle']) {
      const [measured] = of('messaging.client.operation.duration', operation);
      expect(measured?.value).toBeGreaterThan(0);
    }
  });
});

describe('traceparent', () => {
  it('is read as it is written, and anything else is no parent', () => {
    const ref = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    expect(parseTraceparent(formatTraceparent(ref))).toEqual(ref);
    expect(['', 'x', `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01`].map(parseTraceparent)).toEqual([null, null, null]);
  });
});

describe('whether it is told', () => {
  afterEach(() => {
    sdk.close();
    sdk = startMemorySdk();
  });

  it('is decided by a registered SDK, unless the host decides', async () => {
    expect(await loadTelemetry(undefined)).not.toBeNull();
    expect(await loadTelemetry(false)).toBeNull();
    sdk.close();
    expect(await loadTelemetry(undefined)).toBeNull();
    expect(await loadTelemetry(true)).not.toBeNull();
  });

  it('is no by default where the package is missing, and an error where it is wanted', async () => {
    const missing = () => Promise.reject(new Error("Cannot find package '@opentelemetry/api'"));
    expect(await loadTelemetry(undefined, missing)).toBeNull();
    await expect(loadTelemetry(true, missing)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });
});
