// Instances whose own clocks are ten minutes off, one either way, beside one that is right: what is due goes by the database's.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ledgerOf } from '../support/flow/occurrences.js';
import { inLength, openFlow, type Flow } from '../support/flow/flow.js';
import type { Instance } from '../support/flow/instances.js';
import { waitFor } from '../support/wait-for.js';

const TEN_MINUTES_MS = 600_000;
/** Far more than a busy machine needs, and far less than the clocks are off. */
const LATE_MS = 15_000;
const PERIOD_S = 2;
const SLOTS = `*/${PERIOD_S} * * * * *`;

let flow: Flow;
const arrivals: { key: string; lateMs: number }[] = [];
beforeAll(async () => {
  flow = await openFlow();
  flow.receiver.answer(({ headers }) => {
    const key = String(headers['idempotency-key']);
    arrivals.push({ key, lateMs: Date.now() - Date.parse(key.slice(key.indexOf(':') + 1)) });
    return {};
  });
}, 60_000);
afterAll(() => flow.close());

const startSkewed = (skewMs: number): Promise<Instance> =>
  flow.start(
    { CLOCK_SKEW_MS: String(skewMs), SLOTS },
    {
      process: { script: 'test/flows/fixtures/skewed.ts', args: ['test/flows/fixtures/host-app.ts'] },
    },
  );

it('nothing is early, nothing is late, no slot runs twice', async () => {
  const instances = await Promise.all([-TEN_MINUTES_MS, 0, TEN_MINUTES_MS].map(startSkewed));
  const schedule = { frequency: 'cron', cron: SLOTS, misfire: 'all' };
  const ids: string[] = [];
  for (const [n, instance] of [...instances, ...instances].entries()) {
    const { status, body } = await instance.admin('POST', '/subscriptions', { user_id: `user-${n}`, schedule });
    expect(status).toBe(201);
    ids.push(body['id'] as string);
  }
  const rounds = inLength(8, 200);
  await waitFor(() => arrivals.length >= ids.length * rounds, { timeoutMs: (rounds * PERIOD_S + 30) * 1_000 });
  const { body } = await instances[0]!.admin('POST', '/subscriptions/pause', { subscription_ids: ids });
  expect(body).toMatchObject({ changed: ids.length });

  expect(arrivals.filter(({ lateMs }) => lateMs < 0 || lateMs > LATE_MS)).toEqual([]);
  expect(new Set(arrivals.map(({ key }) => key)).size).toBe(arrivals.length);
  await waitFor(async () => (await ledgerOf(flow.pool)).length === arrivals.length);
  for (const id of ids) expect(gapsOf(id)).toEqual([]);

  const slots = await flow.pool.query<{ early: boolean; late: boolean; attempt: number; instance_id: string }>(
    `SELECT started_at < slot AS early, started_at > slot + interval '15 s' AS late, attempt, instance_id
       FROM punctual.scheduler_runs WHERE process = 'slots' AND status = 'completed'`,
  );
  expect(slots.rows.length).toBeGreaterThanOrEqual(rounds / 2);
  expect(slots.rows.filter(({ early, late, attempt }) => early || late || attempt > 1)).toEqual([]);
}, 600_000);

/** Places in the sequence of a subscription where the next occurrence is not one period later. */
function gapsOf(id: string): string[] {
  const times = arrivals
    .filter(({ key }) => key.startsWith(id))
    .map(({ key }) => Date.parse(key.slice(id.length + 1)))
    .sort((a, b) => a - b);
  return times
    .filter((time, n) => n > 0 && time - times[n - 1]! !== PERIOD_S * 1_000)
    .map((time) => new Date(time).toISOString());
}
