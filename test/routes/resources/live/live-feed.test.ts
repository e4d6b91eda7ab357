// Open dashboards hear of changes; the database is asked once for all of them, and not while there is none.
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../../../src/base/logger.js';
import { createLiveFeed } from '../../../../src/routes/resources/live/live-feed.js';
import { createFakeScheduler, finishedRun } from '../../fake-scheduler.js';
import { waitFor } from '../../../support/wait-for.js';

function setUp() {
  const scheduler = createFakeScheduler();
  const looks = { count: 0, fail: false };
  const list = scheduler.runs.list.bind(scheduler.runs);
  scheduler.runs.list = (query) => {
    looks.count += 1;
    return looks.fail ? Promise.reject(new Error('no database')) : list(query);
  };
  const feed = createLiveFeed({ scheduler, logger: silentLogger, intervalMs: 20 });
  const listen = () => {
    const over = new AbortController();
    const heard: string[] = [];
    const ended = (async () => {
      for await (const piece of feed.subscribe(over.signal)) heard.push(piece);
    })();
    const text = () => heard.join('');
    return { text, heard, leave: () => (over.abort(), ended) };
  };
  return { scheduler, looks, listen };
}

describe('the feed', () => {
  it('tells the state and the newest runs at once', async () => {
    const { listen } = setUp();
    const client = listen();
    await waitFor(() => client.text().includes('event: run'));
    expect(client.text()).toMatch(/^event: status\ndata: \{"subscriptions":/);
    expect(client.text()).not.toContain('as_of');
    await client.leave();
  });

  it('says nothing again that has not changed, and looks once for many clients', async () => {
    const { listen, looks } = setUp();
    const clients = Array.from({ length: 20 }, listen);
    await waitFor(() => clients.every((client) => client.text().includes('event: run')));
    const before = looks.count;
    await waitFor(() => looks.count >= before + 3);
    for (const client of clients) expect(client.text().match(/event: status/g)).toHaveLength(1);
    expect(looks.count).toBeLessThan(before + 20);
    await Promise.all(clients.map((client) => client.leave()));
  });

  it('tells of a run of this instance when it happens, without what was put in', async () => {
    const { listen, scheduler } = setUp();
    const client = listen();
    await waitFor(() => client.text().includes('event: run'));
    scheduler.emit('run.started', { ...finishedRun, id: 'another', status: 'running', input: { secret: 'x' } });
    await waitFor(() => client.text().includes('"another"'));
    expect(client.text()).not.toContain('secret');
    await client.leave();
  });

  it('tells which modules have done something, and of none at the beginning', async () => {
    const { listen, scheduler } = setUp();
    const modules = {
      ofProcesses: new Map([[finishedRun.process, 'billing']]),
      ofJobs: new Map([['deliver', 'webhooks']]),
    };
    const ended = { hour: new Date(0), type: 'deliver', completed: 1, retried: 0, dead: 0, cancelled: 0 };
    let completed = 1;
    const stats = { types: [], live: [], liveCapped: false };
    const queue = { admin: { stats: async () => stats, ended: async () => [{ ...ended, completed }] } };
    Object.assign(scheduler, { modules, queue });
    const client = listen();
    await waitFor(() => client.text().includes('event: run'));
    expect(client.text()).not.toContain('event: changed');
    completed = 2;
    await waitFor(() => client.text().includes('event: changed\ndata: {"modules":["webhooks"]}'));
    scheduler.emit('run.finished', { ...finishedRun, id: 'another' });
    await waitFor(() => client.text().includes('event: changed\ndata: {"modules":["billing"]}'));
    await client.leave();
  });

  it('goes on after a database that was away', async () => {
    const { listen, looks } = setUp();
    looks.fail = true;
    const client = listen();
    await waitFor(() => looks.count >= 2);
    expect(client.text()).toBe('');
    looks.fail = false;
    await waitFor(() => client.text().includes('event: status'));
    await client.leave();
  });

  it('rests while nobody listens, and begins anew', async () => {
    const { listen, looks } = setUp();
    const client = listen();
    await waitFor(() => client.text() !== '');
    await client.leave();
    const rested = looks.count;
    await new Promise((resolve) => setImmediate(resolve));
    const again = listen();
    await waitFor(() => again.text().includes('event: status'));
    expect(looks.count).toBeGreaterThan(rested);
    await again.leave();
  });
});
