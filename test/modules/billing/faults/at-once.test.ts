// Two servers whose batches run by their own clocks, and outside cron services that call both at once: each page is charged once.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startServerProcess, type ServerProcess } from '../../../support/processes.js';
import { waitFor } from '../../../support/wait-for.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { addTeam, books, SLACK_TOKEN, startProviders, STRIPE_KEY, type Providers } from '../billing-kit.js';

const CRON_SECRET = 'a-secret-of-cron-services';
const TEAMS = 20;
const PAGES = 4;

let database: TestDatabase;
let providers: Providers;
const servers: ServerProcess[] = [];
beforeAll(async () => {
  database = await createEmptyDatabase();
  providers = await startProviders(20);
  const env = {
    DATABASE_URL: database.url,
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_API_BASE: providers.paymentsUrl,
    SLACK_BOT_TOKEN: SLACK_TOKEN,
    SLACK_API_URL: providers.chatUrl,
    PAGE_CHARGES_PARALLEL: '4',
    BATCH_CRON: '* * * * * *',
    CRON_SECRET,
    ADMIN_TOKEN: 'ops-token',
  };
  servers.push(...(await Promise.all([startServerProcess(env), startServerProcess(env)])));
}, 120_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
  await providers.close();
  await database.close();
});

async function call({ url }: ServerProcess, form: 'POST' | 'GET'): Promise<number> {
  const [path, headers] =
    form === 'POST'
      ? ['queue_worker', { 'x-worker-secret': CRON_SECRET }]
      : ['process-queued-pages', { authorization: `Bearer ${CRON_SECRET}` }];
  const response = await fetch(`${url}/api/worker/${path}`, {
    method: form,
    headers: headers as Record<string, string>,
  });
  const body = (await response.json()) as { code?: string; run_id?: string; results?: object };
  // 409 names the pass that is under way, wherever it runs
  expect(body.run_id).toEqual(expect.any(String));
  if (response.status !== 200) expect(body.code).toBe('ALREADY_RUNNING');
  return response.status;
}

it('charges each page once, and refuses a second pass with 409', async () => {
  const pages: string[] = [];
  for (let team = 0; team < TEAMS; team += 1) pages.push(...(await addTeam(database, { pages: PAGES })).pages);
  const statuses: number[] = [];
  await waitFor(
    async () => {
      const calls = servers.flatMap((server) => [call(server, 'POST'), call(server, 'GET')]);
      statuses.push(...(await Promise.all(calls)));
      const { rows } = await database.pool.query('SELECT FROM users WHERE publish_queued');
      return rows.length === 0;
    },
    { timeoutMs: 60_000, everyMs: 10 },
  );
  expect(new Set(statuses)).toEqual(new Set([200, 409]));
  const sorted = [...pages].sort();
  const { provider, ledger, published, providerCents, ledgerCents } = await books(database, providers.payments);
  expect({ provider, ledger, published }).toEqual({ provider: sorted, ledger: sorted, published: sorted });
  expect([providerCents, ledgerCents]).toEqual([799 * pages.length, 799 * pages.length]);
  const { rows } = await database.pool.query('SELECT FROM punctual.billing_charges');
  expect(rows).toHaveLength(pages.length);
}, 90_000);
