// A process that is stopped (SIGSTOP) for longer than its lease, and goes on: its session stands all the while, only the lease tells.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue, claimsOf, ledgerOf, stateOf } from '../support/flow/occurrences.js';
import { startWatch } from '../support/flow/times.js';
import { inLength, openFlow, type Flow } from '../support/flow/flow.js';
import { waitFor } from '../support/wait-for.js';

const LEASE_S = 3;
const env = { LEASE_S: String(LEASE_S), HEARTBEAT_S: '0.5', SUBSCRIPTION_BATCH_SIZE: '40' };
const hostApp = { script: 'test/flows/fixtures/host-app.ts' };

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
}, 60_000);
afterAll(() => flow.close());

it('is declared dead after its lease; what it writes late changes nothing and is counted; it rejoins', async () => {
  flow.receiver.answer({ delayMs: 100 });
  const [frozen, other] = await Promise.all([flow.start(env, { process: hostApp }), flow.start(env)]);
  const keys = await addDue(flow.pool, inLength(400, 5_000));
  await waitFor(() => flow.receiver.calls.length > 100, { timeoutMs: 30_000 });

  frozen.signal('SIGSTOP');
  const first = frozen.id(); // no life before: with so short a lease a busy machine may have cost it one
  const watch = startWatch(`SIGSTOP with a lease of ${LEASE_S} s, claims put back`);
  const held = await claimsOf(flow.pool, first);
  expect(held.length).toBeGreaterThan(0);
  await waitFor(async () => (await claimsOf(flow.pool, first)).length === 0, { timeoutMs: (LEASE_S + 5) * 1_000 });
  watch.tell(`(${held.length} claims)`);
  await flow.expectDelivered(keys);
  const before = await ledgerOf(flow.pool);

  const back = startWatch('SIGCONT, alive under a new id');
  frozen.signal('SIGCONT');
  await waitFor(async () => frozen.id() !== first && (await stateOf(flow.pool, frozen.id())) === 'alive');
  back.tell();
  await waitFor(async () => (await frozen.metric('punctual_items_total', 'outcome="lost"')) > 0, {
    what: 'lost is counted',
  });
  expect(await ledgerOf(flow.pool)).toEqual(before);
  expect(await stateOf(flow.pool, first)).toBe('dead');

  await other.stop();
  const more = await addDue(flow.pool, 20);
  await flow.expectDelivered([...keys, ...more]);
}, 300_000);
