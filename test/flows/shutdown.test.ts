// SIGTERM in the middle of a run: what was called is waited for and settled, what was not is free at once; a second signal forces.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { addDue, claimsOf, ledgerOf, stateOf } from '../support/flow/occurrences.js';
import { startWatch } from '../support/flow/times.js';
import { openFlow, type Flow } from '../support/flow/flow.js';
import type { Instance } from '../support/flow/instances.js';
import { waitFor } from '../support/wait-for.js';

const PARALLEL = 5;
// more grace than another instance may take to start
const env = { SUBSCRIPTION_PARALLEL: String(PARALLEL), SUBSCRIPTION_BATCH_SIZE: '50', SHUTDOWN_GRACE_S: '240' };

let flow: Flow;
let release: () => void;
beforeAll(async () => {
  flow = await openFlow();
}, 60_000);
afterAll(() => flow.close());
beforeEach(async () => {
  await flow.reset();
  // answers when told to
  const released = new Promise<void>((resolve) => (release = resolve));
  flow.receiver.answer(() => released.then(() => ({})));
});

/** An instance in the middle of a run: as many calls in progress as allowed, and claims in hand that have not begun. */
async function startBusy(): Promise<{ instance: Instance; keys: string[] }> {
  const instance = await flow.start(env);
  const keys = await addDue(flow.pool, 100);
  await waitFor(() => flow.receiver.inFlight === PARALLEL, { what: 'calls under way' });
  await waitFor(async () => (await claimsOf(flow.pool, instance.id())).length > PARALLEL, { what: 'claims in hand' });
  return { instance, keys };
}

it('claims that were not begun are free at once, calls that were begun end well and are settled', async () => {
  const { instance, keys } = await startBusy();
  instance.signal('SIGTERM');
  const watch = startWatch('SIGTERM, claims not begun are free');
  await waitFor(async () => (await claimsOf(flow.pool, instance.id())).length === PARALLEL, {
    what: 'only begun ones',
  });
  watch.tell();
  expect(flow.receiver.calls).toHaveLength(PARALLEL);
  const begun = await claimsOf(flow.pool, instance.id());
  expect(begun.sort()).toEqual([...flow.receiver.repeats().keys()].sort());
  await waitFor(async () => (await stateOf(flow.pool, instance.id())) === 'draining', {
    what: 'it says that it drains',
  });

  // while the old one waits for its calls, another works on what it gave back
  const other = await flow.start(env);
  await waitFor(() => flow.receiver.inFlight === 2 * PARALLEL, { what: 'another instance calls' });
  release();
  expect(await instance.ended).toEqual({ code: 0, signal: null });
  expect(await stateOf(flow.pool, instance.id())).toBe('stopped');
  const settled = (await ledgerOf(flow.pool)).map(({ key }) => key);
  expect(settled).toEqual(expect.arrayContaining(begun));
  await flow.expectDelivered(keys);
  expect([...flow.receiver.repeats().values()].every((count) => count === 1)).toBe(true);
  expect(await other.stop()).toEqual({ code: 0, signal: null });
}, 300_000);

it('calls that do not end within the grace are cut, their claims given back, and the end is clean', async () => {
  const instance = await flow.start({ ...env, SHUTDOWN_GRACE_S: '1' });
  const keys = await addDue(flow.pool, 20);
  await waitFor(() => flow.receiver.inFlight === PARALLEL);
  instance.signal('SIGTERM');
  expect(await instance.ended).toEqual({ code: 0, signal: null });
  expect(await claimsOf(flow.pool, instance.id())).toEqual([]);
  expect(await ledgerOf(flow.pool)).toEqual([]);
  release();
  const other = await flow.start(env);
  await flow.expectDelivered(keys);
  await other.stop();
}, 300_000);

it('a second signal ends it at once, not with 0; others take over', async () => {
  const { instance, keys } = await startBusy();
  const other = await flow.start({ ...env, SCHEDULER_ENABLED: 'false' });
  instance.signal('SIGTERM');
  await instance.line(/"message":"draining"/);
  instance.signal('SIGTERM');
  const watch = startWatch('second signal');
  expect(await instance.ended).toEqual({ code: 1, signal: null });
  watch.tell('ended');
  await waitFor(async () => (await claimsOf(flow.pool, instance.id())).length === 0, { what: 'claims put back' });
  watch.tell('claims put back by another');
  release();
  expect((await other.admin('POST', '/process-subscriptions')).status).toBe(200);
  await flow.expectDelivered(keys);
  await other.stop();
}, 300_000);
