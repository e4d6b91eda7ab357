// An event loop that is blocked for 20 s, less than the lease: liveness is a PostgreSQL session, so its claims stay its own.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue, claimsOf, stateOf } from '../support/flow-occurrences.js';
import { startFlowPostgres } from '../support/flow-postgres.js';
import { openFlow, type Flow } from '../support/flow.js';
import { waitFor } from '../support/wait-for.js';

const BLOCK_MS = 20_000;

let flow: Flow;
beforeAll(async () => {
  // on TCP, where the settings that watch over a dead peer are in force
  flow = await openFlow({ database: await startFlowPostgres() });
}, 60_000);
afterAll(() => flow.close());

it('keeps its claims, and nothing is delivered twice', async () => {
  const watcher = await flow.start({ SCHEDULER_ENABLED: 'false' });
  const keys = await addDue(flow.pool, 40);
  const env = { BLOCK_MS: String(BLOCK_MS), SUBSCRIPTION_BATCH_SIZE: '20' };
  const blocked = await flow.start({
    env,
    process: { script: 'test/flows/fixtures/host-app.ts', ready: /"port":(\d+)/ },
  });
  await blocked.line(/"message":"blocking"/);
  const held = await claimsOf(flow.pool, blocked.id());
  expect(held.length).toBeGreaterThan(0);

  await blocked.line(/"message":"blocked"/, BLOCK_MS + 20_000);
  await flow.expectDelivered(keys);
  expect([...flow.receiver.repeats().values()].every((count) => count === 1)).toBe(true);
  expect(blocked.lives()).toHaveLength(1);
  expect(await stateOf(flow.pool, blocked.id())).toBe('alive');
  expect(watcher.lines.filter((line) => line.includes('instance dead'))).toEqual([]);
  await waitFor(async () => (await blocked.readiness()) === 200);
}, 120_000);
