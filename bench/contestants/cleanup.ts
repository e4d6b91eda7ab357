// A server that cleans a million old rows. An operator triggers runs repeatedly before, during and after the clean-up.
import express from 'express';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createScheduler } from '../../src/index.js';
import { upkeep } from '../../src/modules/upkeep/index.js';
import { adminRoutes } from '../../src/routes/index.js';
import { answer } from '../support/programs/contest.js';

const { databaseUrl, rows, requests } = JSON.parse(process.argv[2] ?? '{}') as {
  databaseUrl: string;
  rows: number;
  requests: number;
};
const PAUSE_MS = 20;
const scheduler = createScheduler({
  ...{ databaseUrl, enabled: false, batchCron: null, budgetS: 600 },
  ...{ subscriptions: { process: async () => {} }, modules: [upkeep()] },
});
await scheduler.start();
await seed();
const app = express();
app.use('/admin', adminRoutes(scheduler, { authenticate: async () => ({ name: 'bench' }) }));
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/process-subscriptions`;

/** Of five old rows, two are codes, one is a state and two are visits. */
async function seed(): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`
    INSERT INTO verification_codes (created_at) SELECT now() - interval '31 days' - n * interval '1 s' FROM generate_series(1, ${rows * 0.4}) n;
    INSERT INTO oauth_states (expires_at) SELECT now() - n * interval '1 s' FROM generate_series(1, ${rows * 0.2}) n;
    INSERT INTO page_visits (user_id, visited_at)
      SELECT n % 1000, now() - interval '401 days' - n * interval '1 s' FROM generate_series(1, ${rows * 0.4}) n;
    INSERT INTO page_visits (user_id, visited_at) SELECT n % 1000, now() FROM generate_series(1, ${rows * 0.4}) n`);
  for (const table of ['verification_codes', 'oauth_states', 'page_visits'])
    await client.query(`VACUUM ANALYZE ${table}`);
  await client.query('CHECKPOINT');
  await client.end();
}

/** Returns the duration of each call in milliseconds; each processes ten due subscriptions. */
async function callWhile(goOn: (calls: number) => boolean): Promise<number[]> {
  const times: number[] = [];
  while (goOn(times.length)) {
    const since = performance.now();
    const response = await fetch(url, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ limit: 10 }) },
    });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${response.status}: ${body}`);
    times.push(performance.now() - since);
    await sleep(PAUSE_MS);
  }
  return times;
}

await callWhile((calls) => calls < requests / 5);
const before = await callWhile((calls) => calls < requests);
const { finished } = await scheduler.batch.begin({ by: 'bench', only: ['cleanup'] });
let over = false;
const cleaning = finished.finally(() => (over = true));
const beside = await callWhile(() => !over);
const { results } = await cleaning;
const after = await callWhile((calls) => calls < requests);
server.close();
server.closeAllConnections();
await scheduler.stop();
answer({ before, beside, after, result: results['cleanup'] });
