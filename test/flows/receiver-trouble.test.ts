// A receiver in trouble, seen through the whole server: what each kind of trouble does to an occurrence.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { addDue, ledgerOf, untilIdle } from '../support/flow/occurrences.js';
import { openFlow, type Flow } from '../support/flow/flow.js';
import type { Instance } from '../support/flow/instances.js';
import { startReceiver, type Reply } from '../support/servers/receiver.js';
import { waitFor } from '../support/wait-for.js';

let flow: Flow;
let instance: Instance;
beforeAll(async () => {
  flow = await openFlow();
  instance = await flow.start({
    SCHEDULER_ENABLED: 'false',
    SUBSCRIPTION_TIMEOUT_MS: '2000',
    SUBSCRIPTION_RETRY_BASE_S: '5',
  });
}, 60_000);
afterAll(() => flow.close());
afterEach(() => flow.reset());

interface Row {
  readonly status: string;
  readonly attempt: number;
  readonly error: string | null;
  readonly wait_s: number;
}

const rows = async (): Promise<Row[]> =>
  (
    await flow.pool.query<Row>(
      `SELECT status, attempt, error, extract(epoch FROM next_run_at - now())::float8 AS wait_s FROM subscription_processing`,
    )
  ).rows;

const trigger = async (): Promise<{
  status: number;
  result: Record<string, unknown>;
  success: unknown;
  message: unknown;
}> => {
  const { status, body } = await instance.admin('POST', '/process-subscriptions');
  return {
    status,
    success: body['success'],
    message: body['message'],
    result: body['result'] as Record<string, unknown>,
  };
};

const TROUBLE: readonly { what: string; reply: Reply; code: string }[] = [
  { what: 'hangs', reply: { fault: 'hang' }, code: 'TIMEOUT' },
  { what: 'stalls in the middle of its answer', reply: { fault: 'stall' }, code: 'TIMEOUT' },
  { what: 'answers garbage', reply: { fault: 'garbage' }, code: 'INVALID_RESPONSE' },
  { what: 'answers 10 MB', reply: { bodyBytes: 10_000_000 }, code: 'RESPONSE_TOO_LARGE' },
  { what: 'answers 500', reply: { status: 500 }, code: 'HTTP_500' },
  { what: 'answers 503', reply: { status: 503 }, code: 'HTTP_503' },
];

it.each(TROUBLE)('a receiver that $what: tried again later, then well', async ({ reply, code }) => {
  const keys = await addDue(flow.pool, 1);
  flow.receiver.next(reply);
  const { status, success, result } = await trigger();
  expect([status, success]).toEqual([200, true]);
  expect(result).toMatchObject({ processed: 1, successful: 0, failed: 1, dead: 0 });
  expect((result['errors'] as { code: string }[])[0]?.code).toBe(code);
  const [row] = await rows();
  expect(row).toMatchObject({ status: 'failed', attempt: 1, error: expect.stringContaining(code) });
  expect(row!.wait_s).toBeGreaterThan(0);

  await flow.pool.query('UPDATE subscription_processing SET next_run_at = now()');
  await healed();
  await flow.expectDelivered(keys);
  expect(await ledgerOf(flow.pool)).toEqual([{ key: keys[0], outcome: 'completed', attempts: 2 }]);
  expect(flow.receiver.repeats().get(keys[0]!)).toBe(2);
});

/** Triggers until the receiver is called again: after some trouble its breaker may be open for a second. */
const healed = (): Promise<unknown> =>
  waitFor(async () => (await trigger()).result['successful'] === 1, { everyMs: 200 });

it('a receiver that answers 429 with Retry-After is left alone for that long', async () => {
  await addDue(flow.pool, 1);
  flow.receiver.next({ status: 429, retryAfter: 120 });
  await waitFor(async () => (await trigger()).result['failed'] === 1, { everyMs: 200 });
  const [row] = await rows();
  expect(row).toMatchObject({ status: 'failed', attempt: 1 });
  expect(row!.wait_s).toBeGreaterThan(110);
});

it('a receiver that answers 422 ends the occurrence: dead, with the next one scheduled', async () => {
  const [key] = await addDue(flow.pool, 1);
  flow.receiver.next({ status: 422 });
  await waitFor(async () => (await trigger()).result['dead'] === 1, { everyMs: 200 });
  expect(await ledgerOf(flow.pool)).toEqual([{ key, outcome: 'dead', attempts: 1 }]);
  expect((await rows())[0]!.wait_s).toBeGreaterThan(3_600);
});

it('a receiver that answers 404 stops the run with a clear error and uses up no attempt', async () => {
  const keys = await addDue(flow.pool, 50);
  flow.receiver.answer({ status: 404 });
  const { status, success, message } = await trigger();
  expect([status, success]).toEqual([200, false]);
  expect(message).toEqual(expect.stringContaining('misconfigured'));
  expect(flow.receiver.calls.length).toBeLessThan(20);
  expect((await rows()).every((row) => row.status === 'pending' && row.attempt === 0)).toBe(true);

  flow.receiver.answer({});
  await trigger();
  await flow.expectDelivered(keys);
});

it('a receiver that is down opens the breaker: the rest is not tried; once it is back everything is delivered, at a growing pace', async () => {
  const keys = await addDue(flow.pool, 200);
  const { port } = flow.receiver;
  await flow.receiver.close();
  const { success, result } = await trigger();
  expect(success).toBe(true);
  expect(result).toMatchObject({ successful: 0, stopped_early: true });
  expect(result['failed']).toBeLessThan(50);
  expect((result['errors'] as { code: string }[])[0]?.code).toBe('ECONNREFUSED');
  expect(await breakerState()).toBe('open');
  expect(await instance.metric('punctual_breaker_state', 'state="open"')).toBe(1);
  await probesOnly();

  const waits = (await rows()).filter(({ status }) => status === 'failed').map((row) => row.wait_s);
  expect(waits.length).toBeGreaterThan(9);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(0.5); // what failed together does not come back together

  const atOnce: number[] = [];
  const back = await startReceiver(() => (atOnce.push(back.inFlight), { delayMs: 30 }), port);
  await flow.pool.query(`UPDATE subscription_processing SET next_run_at = now() WHERE status = 'failed'`);
  await waitFor(async () => (await trigger()) && (await ledgerOf(flow.pool)).length === keys.length, {
    timeoutMs: 30_000,
    everyMs: 200,
  });
  await untilIdle(flow.pool);
  expect((await ledgerOf(flow.pool)).filter(({ outcome }) => outcome !== 'completed')).toEqual([]);
  expect([...back.repeats().keys()].sort()).toEqual([...keys].sort());
  expect(await breakerState()).toBe('closed');
  expect(atOnce.slice(0, 3)).toEqual([1, 1, expect.any(Number)]); // the probe, and the beginning of the ramp
  expect(Math.max(...atOnce)).toBe(5); // which ends where it was before
  await back.close();
}, 60_000);

/** As long as the receiver is down, what is asked for by hand is not claimed either, save one occurrence for each probe. */
async function probesOnly(): Promise<void> {
  const probes = (): Promise<number> => instance.metric('punctual_breaker_changes_total', 'state="half_open"');
  const claimed = (): Promise<number> => instance.metric('punctual_claimed_total', 'source="subscriptions"');
  const before = await claimed();
  await waitFor(async () => (await trigger()).success === true && (await probes()) >= 2, {
    everyMs: 100,
    timeoutMs: 20_000,
  });
  expect((await claimed()) - before).toBe(await probes());
  expect(await breakerState()).toBe('open');
}

async function breakerState(): Promise<unknown> {
  const { body } = await instance.admin('GET', '/status');
  return (body['breakers'] as { state: string }[])[0]?.state;
}
