// The admin routes in an Express app, with repeated requests for the status.
import express from 'express';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createScheduler } from '../../src/index.js';
import { adminRoutes } from '../../src/routes/index.js';
import { answer } from '../support/programs/contest.js';

const { databaseUrl, requests } = JSON.parse(process.argv[2] ?? '{}') as { databaseUrl: string; requests: number };
const scheduler = createScheduler({
  databaseUrl,
  migrate: false,
  enabled: false,
  subscriptions: { process: async () => {} },
});
await scheduler.start();
const app = express();
app.use('/admin', adminRoutes(scheduler, { authenticate: async () => ({ name: 'bench' }) }));
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/status`;
const times: number[] = [];
let body: unknown;
// Warms up for some seconds, fifty requests a second, so that the background counts have been computed once.
const warmUntil = performance.now() + 10_000;
while (times.length < requests) {
  await sleep(20);
  const since = performance.now();
  const response = await fetch(url);
  body = await response.json();
  if (since > warmUntil) times.push(performance.now() - since);
  if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(body)}`);
}
server.close();
server.closeAllConnections();
await scheduler.stop();
answer({ times, subscriptions: (body as { subscriptions: unknown }).subscriptions });
