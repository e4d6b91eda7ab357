// An event loop that is blocked for 20 s, less than the lease: liveness is a PostgreSQL session, so its claims stay its own.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue, claimsOf, stateOf } from '../support/flow/occurrences.js';
import { startFlowPostgres } from '../support/flow/postgres.js';
import { openFlow, type Flow } from '../support/flow/flow.js';
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
  const blocked = await flow.start(
    { BLOCK_MS: String(BLOCK_MS), SUBSCRIPTION_BATCH_SIZE: '20' },
    { process: { script: 'test/flows/fixtures/host-app.ts' } },
  );
  const keys = await addDue(flow.pool, 40);
  await blocked.line(/"message":"blocking"/);
  const held = await claimsOf(flow.pool, blocked.id());
  expect(held.length).toBeGreaterThan(0);

  const states = new Set<string | undefined>();
  const look = async (): Promise<boolean> => {
    states.add(await stateOf(flow.pool, blocked.id()));
    return blocked.lines.some((line) => line.includes('"message":"blocked"'));
  };
  await waitFor(look, { timeoutMs: BLOCK_MS + 20_000, everyMs: 500, what: 'it goes on' });
  expect([...states]).toEqual(['alive']);
  await flow.expectDelivered(keys);
  expect([...flow.receiver.repeats().values()].every((count) => count === 1)).toBe(true);
  expect(blocked.lives()).toHaveLength(1);
  expect(await stateOf(flow.pool, blocked.id())).toBe('alive');
  expect(await watcher.metric('punctual_instances_dead_total')).toBe(0);
  await waitFor(async () => (await blocked.readiness()) === 200);
}, 300_000);
