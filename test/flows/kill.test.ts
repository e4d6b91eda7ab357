// kill -9 of one of three instances in the middle of a drain.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue, claimsOf, leftOf, stateOf } from '../support/flow/occurrences.js';
import { startWatch } from '../support/flow/times.js';
import { inLength, openFlow, type Flow } from '../support/flow/flow.js';
import { waitFor } from '../support/wait-for.js';

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
}, 60_000);
afterAll(() => flow.close());

it('others hold what it held within 5 s, every occurrence is delivered, repeats keep their key', async () => {
  flow.receiver.answer({ delayMs: 30 });
  const [victim, ...others] = await flow.startMany(3, { SUBSCRIPTION_PARALLEL: '10', SUBSCRIPTION_BATCH_SIZE: '20' });
  // of one tenant: the earliest are next, so that the time is what the take-over costs and not how fast a busy machine works
  const keys = await addDue(flow.pool, inLength(3_000, 30_000), { fromS: -7_200, everyS: 0.2, tenantId: 'one' });
  await waitFor(() => flow.receiver.calls.length > 300, { timeoutMs: 30_000 });
  const id = victim!.id();

  // frozen first, so that what it holds when it dies is known
  victim!.signal('SIGSTOP');
  const held = await claimsOf(flow.pool, id);
  expect(held.length).toBeGreaterThan(0);
  const watch = startWatch('kill -9, claims held by others');
  victim!.signal('SIGKILL');
  await victim!.ended;
  const taken = async (): Promise<boolean> => (await leftOf(flow.pool, held, id)).length === 0;
  await waitFor(taken, { timeoutMs: 5_000, what: 'others hold its claims, or have settled them' });
  watch.tell(`(${held.length} claims)`);

  await flow.expectDelivered(keys);
  expect(await stateOf(flow.pool, id)).toBe('dead');
  const twice = [...flow.receiver.repeats()].filter(([, count]) => count > 1).map(([key]) => key);
  expect(held).toEqual(expect.arrayContaining(twice));
  expect(others.map(({ lives }) => lives().length)).toEqual([1, 1]);
  await Promise.all(others.map(({ stop }) => stop()));
}, 300_000);

it('one that was alone is followed by another, which takes over as soon as it may judge', async () => {
  await flow.reset();
  const [victim] = await flow.startMany(1);
  const keys = await addDue(flow.pool, 300);
  await waitFor(async () => (await claimsOf(flow.pool, victim!.id())).length > 0, { what: 'it holds claims' });
  await victim!.stop('SIGKILL');
  const watch = startWatch('kill -9 of the only instance, a new one is ready');
  await flow.start();
  watch.tell();
  const free = async (): Promise<boolean> => (await claimsOf(flow.pool, victim!.id())).length === 0;
  await waitFor(free, { timeoutMs: 10_000, what: 'its claims are free' });
  watch.tell('and has put the claims back');
  await flow.expectDelivered(keys);
}, 300_000);
