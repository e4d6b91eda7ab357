// A network that swallows packets between one instance and PostgreSQL: nothing arrives, nothing is refused, nobody is told.
// The server's own side of this (keepalive and user time-out of the session) needs real packet loss: packet-loss.test.ts.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue, claimsOf, stateOf } from '../support/flow/occurrences.js';
import { startWatch } from '../support/flow/times.js';
import { openFlow, type Flow } from '../support/flow/flow.js';
import { startDatabaseProxy, type DatabaseProxy } from '../support/servers/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

// a small pool: connections that wait forever would soon be all it has
const env = { LEASE_S: '6', HEARTBEAT_S: '1', DATABASE_POOL_MAX: '2' };

let flow: Flow;
let network: DatabaseProxy;
beforeAll(async () => {
  flow = await openFlow();
  network = await startDatabaseProxy(flow.url);
}, 60_000);
afterAll(async () => {
  await flow.close();
  await network.close();
});

const cases = [
  { how: 'and comes back with its connections', heal: () => network.resume() },
  {
    how: 'and comes back without them: the old connections stay silent forever',
    heal: () => {
      network.cut('server');
      network.resume();
    },
  },
];

it.each(cases)(
  'is given up by the client within 15 s, its claims go to others; $how',
  async ({ heal }) => {
    flow.receiver.answer({ delayMs: 100 });
    const lost = await flow.start(env, { databaseUrl: network.url });
    const other = await flow.start(env);
    const keys = await addDue(flow.pool, 300);
    const first = lost.id();
    await waitFor(async () => (await claimsOf(flow.pool, first)).length > 0, { what: 'it holds claims' });

    network.swallow();
    const watch = startWatch('network swallows');
    const held = (await claimsOf(flow.pool, first)).length;
    await lost.line(/"message":"instance lost"/, 15_000);
    watch.tell('presence given up by the client');
    await waitFor(async () => (await claimsOf(flow.pool, first)).length === 0, { timeoutMs: 15_000 });
    watch.tell(`${held} claims put back by the lease of ${env.LEASE_S} s`);
    await flow.expectDelivered(keys);
    expect(await lost.readiness()).toBe(503);

    heal();
    const back = startWatch('network heals');
    await waitFor(async () => (await lost.readiness()) === 200, { timeoutMs: 30_000, what: 'ready again' });
    back.tell('ready again');
    expect(lost.id()).not.toBe(first);
    expect(await stateOf(flow.pool, first)).toBe('dead');

    await other.stop();
    const more = await addDue(flow.pool, 20);
    await flow.expectDelivered([...keys, ...more], 30_000);
    back.tell('works again');
    await lost.stop();
    await flow.reset();
  },
  300_000,
);

it('an instance that is told to end while nothing passes ends all the same', async () => {
  network.resume();
  const lost = await flow.start({ ...env, SHUTDOWN_GRACE_S: '1' }, { databaseUrl: network.url });
  await addDue(flow.pool, 300);
  await waitFor(async () => (await claimsOf(flow.pool, lost.id())).length > 0, { what: 'it holds claims' });
  network.swallow();
  const watch = startWatch('SIGTERM while the network swallows');
  expect(await lost.stop('SIGTERM', 60_000)).not.toEqual({ code: null, signal: 'SIGKILL' });
  watch.tell();
}, 300_000);
