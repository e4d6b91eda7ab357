// The dedicated connection alone is cut; the pool goes on working.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue, claimsOf, stateOf } from '../support/flow/occurrences.js';
import { startWatch } from '../support/flow/times.js';
import { inLength, openFlow, type Flow } from '../support/flow/flow.js';
import { waitFor } from '../support/wait-for.js';

const CUT = `
SELECT pg_terminate_backend(l.pid) AS cut
  FROM punctual.scheduler_instances i
  JOIN pg_locks l ON l.locktype = 'advisory' AND l.objid = i.presence_key::oid AND l.granted
   AND l.classid = 'punctual.scheduler_instances'::regclass AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
 WHERE i.id = $1`;

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
}, 60_000);
afterAll(() => flow.close());

it('the running work is aborted or finished, its claims are put back, and it rejoins under a new id', async () => {
  flow.receiver.answer({ delayMs: 100 });
  const [cut, other] = await flow.startMany(2, { SUBSCRIPTION_PARALLEL: '10', SUBSCRIPTION_BATCH_SIZE: '40' });
  const rounds = inLength(3, 50);
  const keys: string[] = [];
  const held = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    keys.push(...(await addDue(flow.pool, 800)));
    const seen = flow.receiver.calls.length;
    await waitFor(() => flow.receiver.calls.length > seen + 100, { timeoutMs: 30_000 });
    const id = cut!.id();
    const { rows } = await flow.pool.query<{ cut: boolean }>(CUT, [id]);
    expect(rows).toEqual([{ cut: true }]);
    const watch = startWatch('presence cut');
    (await claimsOf(flow.pool, id)).forEach((key) => held.add(key));
    await waitFor(async () => (await claimsOf(flow.pool, id)).length === 0, {
      timeoutMs: 5_000,
      what: 'claims put back',
    });
    watch.tell('claims put back');
    await waitFor(async () => cut!.id() !== id && (await stateOf(flow.pool, cut!.id())) === 'alive', {
      what: 'rejoined',
    });
    watch.tell('alive under a new id');
    await waitFor(async () => (await stateOf(flow.pool, id)) === 'dead', { what: 'the former life is marked dead' });
  }
  await flow.expectDelivered(keys);
  expect(cut!.lives()).toHaveLength(rounds + 1);
  expect(other!.lives()).toHaveLength(1);
}, 300_000);
