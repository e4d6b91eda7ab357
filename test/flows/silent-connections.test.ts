// Connections that fall silent while new ones pass, as behind a switch whose other side has gone: nothing waits for them for ever.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { addDue } from '../support/flow-occurrences.js';
import { startWatch } from '../support/flow-times.js';
import { openFlow, type Flow } from '../support/flow.js';
import { startDatabaseProxy, type DatabaseProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const env = { HEARTBEAT_S: '1', LEASE_S: '20', DATABASE_POOL_MAX: '10', SHUTDOWN_GRACE_S: '1' };

let flow: Flow;
let network: DatabaseProxy;
beforeAll(async () => {
  flow = await openFlow();
  network = await startDatabaseProxy(flow.url);
}, 60_000);
afterEach(() => flow.reset());
afterAll(async () => {
  await flow.close();
  await network.close();
});

/** Fills the pool with connections that then lie idle. */
const warm = (ask: () => Promise<unknown>): Promise<unknown> => Promise.all(Array.from({ length: 12 }, ask));

it('readiness comes back, work goes on, and a stop ends', async () => {
  const instance = await flow.start(env, { databaseUrl: network.url });
  await warm(() => instance.readiness());
  const polled: number[] = [];
  let polling = true;
  const poll = (async () => {
    while (polling) polled.push(await instance.readiness());
  })();

  network.cut('server'); // the client's ends stay open and hear nothing; new connections pass
  const watch = startWatch('connections fall silent');
  await waitFor(() => polled.at(-1) !== 200, { timeoutMs: 15_000, what: 'the silence is noticed' });
  await waitFor(() => polled.slice(-5).every((status) => status === 200), { timeoutMs: 20_000, what: 'ready again' });
  watch.tell('ready again');
  const keys = await addDue(flow.pool, 30);
  await flow.expectDelivered(keys, 15_000);
  watch.tell('works again');
  polling = false;
  await poll;

  network.cut('server');
  const stopping = startWatch('SIGTERM while connections are silent');
  const { signal } = await instance.stop('SIGTERM', 40_000);
  expect(signal).not.toBe('SIGKILL');
  stopping.tell('ended');
}, 120_000);

it('backends of connections that were cut do not pile up while a lock is held', async () => {
  const instance = await flow.start(env);
  await warm(() => instance.readiness());
  const backends = async (): Promise<number> => {
    const { rows } = await flow.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'punctual%'`,
    );
    return rows[0]?.n ?? 0;
  };
  const holder = await flow.pool.connect();
  await holder.query('BEGIN; LOCK TABLE punctual.scheduler_instances IN ACCESS EXCLUSIVE MODE');
  const counts: number[] = [];
  const until = performance.now() + 40_000;
  await waitFor(
    async () => {
      counts.push(await backends());
      return performance.now() > until;
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
  await holder.query('ROLLBACK');
  holder.release();
  // the pool, the presence session, LISTEN, and those that are being replaced
  expect(Math.max(...counts)).toBeLessThanOrEqual(2 * 10 + 4);
  await waitFor(async () => (await instance.readiness()) === 200, { timeoutMs: 30_000, what: 'ready again' });
  await instance.stop();
}, 120_000);
