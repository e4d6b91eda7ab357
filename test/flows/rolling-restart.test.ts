// Three instances replaced one by one under load: no request fails, no occurrence waits for longer than a restart takes.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBalancer, type Balancer } from '../support/flow/balancer.js';
import { addDue } from '../support/flow/occurrences.js';
import { startWatch } from '../support/flow/times.js';
import { inLength, openFlow, type Flow } from '../support/flow/flow.js';
import { waitFor } from '../support/wait-for.js';

/** Far less than a restart takes on a busy machine. */
const LATE_MS = 5_000;
/** What the host adds by itself is seen with the next tick: due later than that, none is late for this reason. */
const AHEAD_S = 12;
const PERIOD_S = 2;
const REQUESTS = [
  { method: 'GET', path: '/admin/status' },
  { method: 'POST', path: '/admin/schedules/preview', body: { schedule: { frequency: 'daily' }, count: 3 } },
  { method: 'GET', path: '/admin/runs?limit=5' },
] as const;

let flow: Flow;
let balancer: Balancer;
const lateMs: number[] = [];
const ended = new AbortController();
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
  ended.abort();
  await balancer.stop();
  await flow.close();
});

/** Ten occurrences fall due each second, from some seconds ahead until told to end. */
async function feed(keys: string[], ended: AbortSignal): Promise<void> {
  for (; !ended.aborted; await sleep(PERIOD_S * 1_000, undefined, { signal: ended }).catch(() => {})) {
    keys.push(...(await addDue(flow.pool, PERIOD_S * 10, { fromS: AHEAD_S, everyS: 0.1 })));
  }
}

it('no request fails and no occurrence is late', async () => {
  const env = { SCHEDULER_TICK: '*/10 * * * * *' };
  const members = await flow.startMany(3, env);
  members.forEach(({ url }) => balancer.add(url));
  const keys: string[] = [];
  const feeding = feed(keys, ended.signal);
  await waitFor(() => lateMs.length > 0, { timeoutMs: 60_000, what: 'occurrences fall due' });
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
  ended.abort();
  await feeding;
  await flow.expectDelivered(keys);
  await balancer.stop();
  startWatch(
    `rolling restart, ${balancer.answered} requests answered, latest occurrence ${Math.max(...lateMs)} ms late`,
  ).tell();
  expect(balancer.failures).toEqual([]);
  expect(balancer.answered).toBeGreaterThan(100);
  expect(lateMs.filter((late) => late < 0 || late > LATE_MS)).toEqual([]);
  expect([...flow.receiver.repeats().values()].every((count) => count === 1)).toBe(true);
}, 600_000);
