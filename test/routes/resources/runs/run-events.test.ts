// Live progress: each event is sent at once, silence is filled, and the stream ends cleanly.
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { adminRoutes } from '../../../../src/routes/index.js';
import { runEvents } from '../../../../src/routes/resources/runs/run-events.js';
import type { RunEvent } from '../../../../src/scheduler/contracts/scheduler.js';
import { startServer, type RunningServer } from '../../../support/servers/http-server.js';
import { TOKENS } from '../../admin-app.js';
import { createFakeScheduler, finishedRun, RUN_ID, type FakeScheduler } from '../../fake-scheduler.js';

const open: RunningServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function serve(closing = new AbortController()): Promise<{ url: string; scheduler: FakeScheduler }> {
  const scheduler = createFakeScheduler();
  const app = express().use('/admin', adminRoutes(scheduler, { tokens: TOKENS, closing: closing.signal }));
  const server = await startServer(app);
  open.push(server);
  return { url: `${server.url}/admin/runs/${RUN_ID}/events`, scheduler };
}

const get = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { headers: { Authorization: 'Bearer ci-token', ...headers } });

/** Yields progress forever, until the signal aborts. */
function endless(scheduler: FakeScheduler, ended: () => void): void {
  Object.assign(scheduler.runs, {
    watch: async function* (_id: string, signal: AbortSignal): AsyncGenerator<RunEvent> {
      try {
        yield { type: 'progress', run: { ...finishedRun, status: 'running' } };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      } finally {
        ended();
      }
    },
  });
}

describe('GET /admin/runs/:id/events', () => {
  it('sends progress and the end, and is over', async () => {
    const { url } = await serve();
    const response = await get(url);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = (await response.text()).split('\n\n').slice(0, -1);
    expect(events.map((event) => event.split('\ndata: ')[0])).toEqual([
      'event: progress',
      'id: finished\nevent: finished',
    ]);
    const data = JSON.parse(events[1]?.split('\ndata: ')[1] ?? '') as unknown;
    expect(data).toMatchObject({ id: RUN_ID, status: 'completed', duration_ms: 1_500 });
  });

  it('tells a client that has seen the end to stay away', async () => {
    const { url } = await serve();
    expect((await get(url, { 'Last-Event-ID': 'finished' })).status).toBe(204);
  });

  it('answers 404 for a run that is not there', async () => {
    const { url } = await serve();
    const response = await get(url.replace(RUN_ID, '00000000-0000-4000-8000-000000000000'));
    expect([response.status, await response.json()]).toEqual([404, expect.objectContaining({ code: 'RUN_NOT_FOUND' })]);
  });

  it('answers 500, not half a stream, when watching fails at once', async () => {
    const { url, scheduler } = await serve();
    scheduler.watched = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('no listening today')) }),
    };
    expect((await get(url)).status).toBe(500);
  });

  it('stops watching when the client goes', async () => {
    const { url, scheduler } = await serve();
    const gone = new AbortController();
    const ended = new Promise<void>((resolve) => endless(scheduler, resolve));
    const response = await fetch(url, { headers: { Authorization: 'Bearer ci-token' }, signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    await ended;
  });

  it('ends cleanly when the server closes', async () => {
    const closing = new AbortController();
    const { url, scheduler } = await serve(closing);
    const ended = new Promise<void>((resolve) => endless(scheduler, resolve));
    const response = await get(url);
    closing.abort();
    expect(await response.text()).toMatch(/^event: progress/);
    await ended;
  });
});

describe('runEvents', () => {
  it('puts a comment where nothing is said', async () => {
    const scheduler = createFakeScheduler();
    const over = new AbortController();
    endless(scheduler, () => {});
    const { stream } = await runEvents(scheduler, RUN_ID, {
      signal: over.signal,
      show: (value) => value,
      heartbeatMs: 1,
    });
    const said: string[] = [];
    for await (const piece of stream ?? []) {
      said.push(piece);
      if (said.length === 3) over.abort();
    }
    expect(said.slice(1, 3)).toEqual([': still running\n\n', ': still running\n\n']);
  });
});
