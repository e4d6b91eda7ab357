// A network that loses every packet between an instance and PostgreSQL, neither end being told: PostgreSQL itself gives the session up
// within 15 s by the keepalive and time-out settings of that session, so that the claims go to others long before the lease of 60 s ends.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { FLOW_TOKEN } from '../support/flow/instances.js';
import { openFlowNetwork, whyNoNetwork, type FlowNetwork } from '../support/flow/network.js';
import { addDue, claimsOf, stateOf } from '../support/flow/occurrences.js';
import { startFlowPostgres, type FlowPostgres } from '../support/flow/postgres.js';
import { startWatch } from '../support/flow/times.js';
import { openFlow, type Flow } from '../support/flow/flow.js';
import { startProcess, type RunningProcess } from '../support/processes.js';
import { waitFor } from '../support/wait-for.js';

const PROMISE_MS = 15_000;
const why = whyNoNetwork();

describe(`packets are lost${why ? ` (skipped: ${why})` : ''}`, () => {
  const test = why ? it.skip : it;
  let network: FlowNetwork;
  let postgres: FlowPostgres;
  let flow: Flow;
  let silent: Server;
  let far: RunningProcess | undefined;

  beforeAll(async () => {
    if (why) return;
    network = openFlowNetwork();
    postgres = await startFlowPostgres({ also: { address: network.address, from: network.range } });
    flow = await openFlow({ database: postgres });
    silent = createServer().listen(0, network.address);
    await new Promise((resolve) => silent.once('listening', resolve));
  }, 60_000);
  afterAll(async () => {
    if (why) return;
    await far?.stop('SIGKILL');
    await flow.close();
    silent.close();
    network.close();
  });

  const idOf = (instance: RunningProcess): string =>
    instance
      .logs()
      .filter(({ message }) => message === 'instance joined')
      .at(-1)?.['instance_id'] as string;

  const startFar = (): Promise<RunningProcess> =>
    startProcess({
      script: 'src/server.ts',
      prefix: network.prefix,
      ready: /"message":"started"/,
      timeoutMs: 60_000,
      env: {
        PORT: '0',
        ADMIN_TOKEN: FLOW_TOKEN,
        DATABASE_URL: `postgresql://postgres@${network.address}:${postgres.port}/postgres`,
        // calls never end: what it claims it keeps
        SUBSCRIPTION_WORKER_URL: `http://${network.address}:${(silent.address() as AddressInfo).port}`,
      },
    });

  test('presence is given up by both sides within 15 s, others take over, and it rejoins', async () => {
    far = await startFar();
    const lost = far;
    const first = idOf(lost);
    const keys = await addDue(flow.pool, 50);
    await waitFor(async () => (await claimsOf(flow.pool, first)).length > 0, { timeoutMs: 20_000 });
    await flow.start();

    network.lose();
    const watch = startWatch('packets lost');
    const client = lost.line(/"message":"instance lost"/, PROMISE_MS).then(() => watch.tell('given up by the client'));
    const dead = async (): Promise<boolean> => (await stateOf(flow.pool, first)) === 'dead';
    await waitFor(dead, { timeoutMs: PROMISE_MS, what: 'its session has ended and others found it dead' });
    watch.tell('given up by PostgreSQL, claims put back');
    expect(await claimsOf(flow.pool, first)).toEqual([]);
    await client;
    await flow.expectDelivered(keys);

    network.restore();
    const back = startWatch('packets pass again');
    const alive = async (): Promise<boolean> =>
      idOf(lost) !== first && (await stateOf(flow.pool, idOf(lost))) === 'alive';
    await waitFor(alive, { timeoutMs: 30_000, what: 'it has joined again' });
    back.tell('alive under a new id');
  }, 300_000);
});
