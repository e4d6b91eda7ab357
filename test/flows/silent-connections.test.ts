// Connections that fall silent while new ones pass, as behind a switch whose other side has gone: nothing waits for them for long.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { addDue } from '../support/flow/occurrences.js';
import { startWatch } from '../support/flow/times.js';
import type { Instance } from '../support/flow/instances.js';
import { openFlow, type Flow } from '../support/flow/flow.js';
import { startDatabaseProxy, type DatabaseProxy } from '../support/servers/tcp-proxy.js';
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
async function warm(instance: Instance): Promise<void> {
  await Promise.all(Array.from({ length: 12 }, () => instance.admin('GET', '/status')));
  expect(await instance.metric('punctual_pool_connections', 'state="total"')).toBe(10);
}

const backends = async (): Promise<number> => {
  const { rows } = await flow.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'punctual%'`,
  );
  return rows[0]?.n ?? 0;
};

/** The pool, the dedicated session, LISTEN, and the connection over which what was left behind is ended. */
const MOST = 10 + 3;

it('readiness comes back, work goes on, and a stop ends', async () => {
  const instance = await flow.start(env, { databaseUrl: network.url });
  await warm(instance);
  const polled: number[] = [];
  let polling = true;
  const poll = (async () => {
    while (polling) polled.push(await instance.readiness());
  })();

  network.cut('server'); // the client's ends stay open and hear nothing; new connections pass
  const watch = startWatch('connections fall silent');
  await instance.line(/"message":"instance lost"/, 15_000);
  watch.tell('the silence is noticed');
  polled.length = 0;
  await waitFor(() => polled.length >= 5 && polled.slice(-5).every((status) => status === 200), {
    timeoutMs: 20_000,
    what: 'ready again',
  });
  watch.tell('ready again');
  const keys = await addDue(flow.pool, 30);
  await flow.expectDelivered(keys, 15_000);
  watch.tell('works again');
  polling = false;
  await poll;

  network.cut('server');
  const stopping = startWatch('SIGTERM while connections are silent');
  const { signal } = await instance.stop('SIGTERM', 15_000); // the grace is a second
  expect(signal).not.toBe('SIGKILL');
  stopping.tell('ended');
}, 120_000);

it('ten idle connections that fell silent hold the next calls up for a few seconds only', async () => {
  const instance = await flow.start(env, { databaseUrl: network.url });
  await warm(instance);
  network.cut('server');
  const watch = startWatch('ten idle connections fall silent, first answer');
  const before = performance.now();
  await waitFor(async () => (await instance.admin('GET', '/status')).status === 200, { timeoutMs: 30_000 });
  watch.tell();
  expect(performance.now() - before).toBeLessThan(7_000);
  const again = performance.now();
  const answers = await Promise.all(Array.from({ length: 12 }, () => instance.admin('GET', '/status')));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(performance.now() - again).toBeLessThan(2_000);
  await instance.stop('SIGTERM', 20_000);
}, 120_000);

it('backends of connections that were cut do not pile up while a lock is held', async () => {
  const instance = await flow.start(env, { databaseUrl: network.url });
  await warm(instance);
  const holder = await flow.pool.connect();
  await holder.query('BEGIN; LOCK TABLE punctual.scheduler_instances IN ACCESS EXCLUSIVE MODE');
  const counts: number[] = [];
  const start = performance.now();
  let cuts = 0;
  await waitFor(
    async () => {
      const passedS = (performance.now() - start) / 1_000;
      // our ends are reset, the server's stay open: what waits for the lock does not hear of it
      if (passedS > 8 * (cuts + 1)) network.cut('client');
      cuts = Math.max(cuts, Math.floor(passedS / 8));
      counts.push(await backends());
      return passedS > 45;
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
  await holder.query('ROLLBACK');
  holder.release();
  expect(cuts).toBeGreaterThan(3);
  expect(Math.max(...counts)).toBeLessThanOrEqual(MOST);
  await waitFor(async () => (await instance.readiness()) === 200, { timeoutMs: 30_000, what: 'ready again' });
  await instance.stop();
}, 120_000);
