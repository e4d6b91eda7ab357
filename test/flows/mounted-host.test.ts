// A host that mounts the scheduler as the documentation shows: the loss of every database connection does not end its process.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openFlow, type Flow } from '../support/flow/flow.js';
import { waitFor } from '../support/wait-for.js';

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
}, 60_000);
afterAll(() => flow.close());

it('outlives the end of all backends, says so in its log, and is ready again', async () => {
  const host = await flow.start({}, { process: { script: 'test/flows/fixtures/mounted-app.ts' } });
  const first = host.id();
  const { idle } = (await (await fetch(`${host.url}/pool`)).json()) as { idle: number };
  expect(idle).toBeGreaterThan(1);
  await flow.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await host.line(/"message":"idle database connection lost"/);
  await waitFor(async () => host.id() !== first && (await host.readiness()) === 200, { what: 'ready again' });
  expect((await host.admin('GET', '/status')).status).toBe(200);
  expect(await host.stop('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
}, 120_000);
