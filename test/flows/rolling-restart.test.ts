// Three instances replaced one by one under load: no request fails, no occurrence waits for longer than a restart takes.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createBalancer, type Balancer } from '../support/flow-balancer.js';
import { addDue } from '../support/flow-occurrences.js';
import { startWatch } from '../support/flow-times.js';
import { inLength, openFlow, type Flow } from '../support/flow.js';

/** More than a restart takes on a busy machine. */
const LATE_MS = 10_000;
const REQUESTS = [
  { method: 'GET', path: '/admin/status' },
  { method: 'POST', path: '/admin/schedules/preview', body: { schedule: { frequency: 'daily' }, count: 3 } },
  { method: 'GET', path: '/admin/runs?limit=5' },
] as const;

let flow: Flow;
let balancer: Balancer;
const lateMs: number[] = [];
beforeAll(async () => {
  flow = await openFlow();
  balancer = createBalancer();
  flow.receiver.answer(({ headers }) => {
    const key = String(headers['idempotency-key']);
    lateMs.push(Date.now() - Date.parse(key.slice(key.indexOf(':') + 1)));
    return { delayMs: 50 };
  });
}, 60_000);
afterAll(async () => {
  await balancer.stop();
  await flow.close();
});

it('no request fails and no occurrence is late', async () => {
  const env = { SCHEDULER_TICK: '*/10 * * * * *' };
  const members = await flow.startMany(3, env);
  members.forEach(({ url }) => balancer.add(url));
  const seconds = inLength(30, 300);
  const keys = await addDue(flow.pool, seconds * 10, { fromS: 1, everyS: 0.1 });
  balancer.load(REQUESTS, 4);

  for (let round = 0; round < inLength(1, 10); round += 1) {
    for (const [n, old] of [...members.entries()]) {
      const watch = startWatch('rolling restart of one instance');
      expect(await old.stop()).toEqual({ code: 0, signal: null });
      watch.tell('stopped');
      balancer.remove(old.url);
      members[n] = await flow.start(env);
      balancer.add(members[n].url);
      watch.tell('replaced');
    }
  }
  await flow.expectDelivered(keys, (seconds + 30) * 1_000);
  await balancer.stop();
  startWatch(
    `rolling restart, ${balancer.answered} requests answered, latest occurrence ${Math.max(...lateMs)} ms late`,
  ).tell();
  expect(balancer.failures).toEqual([]);
  expect(balancer.answered).toBeGreaterThan(100);
  expect(lateMs.filter((late) => late < 0 || late > LATE_MS)).toEqual([]);
  expect([...flow.receiver.repeats().values()].every((count) => count === 1)).toBe(true);
}, 600_000);
