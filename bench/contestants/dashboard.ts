// The admin routes in an Express app, with the requests of each page of the dashboard, all requests of a page at once, as in a browser.
import express from 'express';
import { z } from 'zod';
import type { AddressInfo } from 'node:net';
import { createScheduler, defineJob } from '../../src/index.js';
import { adminRoutes } from '../../src/routes/index.js';
import { answer } from '../support/programs/contest.js';

const { databaseUrl, rounds } = JSON.parse(process.argv[2] ?? '{}') as { databaseUrl: string; rounds: number };
const scheduler = createScheduler({
  databaseUrl,
  migrate: false,
  enabled: false,
  subscriptions: { process: async () => {} },
  jobs: [defineJob({ type: 'type7', schema: z.object({ n: z.number() }), run: () => {} })],
});
await scheduler.start();
const app = express();
app.use('/admin', adminRoutes(scheduler, { authenticate: async () => ({ name: 'bench', role: 'admin' as const }) }));
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin`;

interface Listed {
  readonly items: readonly { readonly id: string }[];
}

const get = async <T>(path: string): Promise<T> => {
  const response = await fetch(base + path);
  const body = (await response.json()) as T;
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
  return body;
};
const firstId = async (path: string): Promise<string> => (await get<Listed>(path)).items[0]?.id ?? '';

const subscription = await firstId('/subscriptions?limit=1');
const deadJob = await firstId('/jobs?status=dead&limit=1');
const since = new Date(Date.now() - 3_600_000).toISOString();

/** The requests of the client when the page is opened. Each page also listens to /events, which this benchmark omits. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  overview: [
    ...['/status', '/stats?days=14', '/runs?limit=8', '/queues/stats?hours=1'],
    ...[`/runs?process=subscriptions&since=${since}&limit=200`, '/forecast?hours=24&bucket=1h&zone=Europe/Berlin'],
  ],
  'overview, 14 days': ['/forecast?hours=336&bucket=1h&zone=Europe/Berlin'],
  subscriptions: ['/subscriptions?limit=50'],
  'subscriptions, due': ['/subscriptions?limit=50&due=true&sort=next_run_at'],
  'subscriptions, next run first': ['/subscriptions?limit=50&sort=next_run_at'],
  'subscriptions, searched': ['/subscriptions?limit=50&search=user-47'],
  search: ['/search?q=user-47', '/search?q=7'],
  'subscriptions, of a tenant': ['/subscriptions?limit=50&tenant_id=tenant-7'],
  'subscriptions, of a user': ['/subscriptions?limit=50&user_id=user-4711'],
  'subscriptions, suspended': ['/subscriptions?limit=50&status=suspended'],
  'subscriptions, of a zone': ['/subscriptions?limit=50&timezone=Asia/Tokyo'],
  subscription: [
    ...['', '/why', '/timeline', '/runs?limit=50'].map((path) => `/subscriptions/${subscription}${path}`),
    '/processes',
  ],
  runs: ['/runs?limit=50', '/processes'],
  processes: ['/processes', '/runs?process=subscriptions&limit=20'],
  jobs: ['/jobs?limit=50', '/queues', '/queues/stats?hours=24'],
  'jobs, dead': ['/jobs?limit=50&status=dead'],
  'jobs, dead by kind': ['/jobs/dead/groups'],
  'jobs, by error': ['/jobs?limit=50&error=receiver%207'],
  'jobs, of a type': ['/jobs?limit=50&type=type7'],
  'jobs, of a user': ['/jobs?limit=50&user_id=u7'],
  job: [`/jobs/${deadJob}`, `/jobs/${deadJob}/logs?limit=200`, `/jobs/${deadJob}/dependencies`],
  queues: ['/queues', '/queues/stats?hours=24'],
  instances: ['/status', '/stats/latencies?subject=receiver&hours=24'],
  audit: ['/audit?limit=50'],
};

// Until the background counts of the instance have been computed once.
for (const end = performance.now() + 10_000; performance.now() < end; await get('/status'));
const times: Record<string, number[]> = {};
for (let round = -1; round < rounds; round += 1) {
  for (const [page, paths] of Object.entries(PAGES)) {
    const from = performance.now();
    await Promise.all(paths.map(get));
    if (round >= 0) (times[page] ??= []).push(performance.now() - from);
  }
}
server.close();
server.closeAllConnections();
await scheduler.stop();
answer({ times });
