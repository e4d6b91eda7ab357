// A chat that is down for an hour or too busy, by a clock that the test sets: every message is posted once in the end, and nothing is
// charged for it.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createManualClock, type ManualClock } from '../../../src/scheduler/testing/index.js';
import { addTeam, startBilling, type BillingKit } from './billing-kit.js';

const MINUTE_MS = 60_000;
let kit: BillingKit;
let clock: ManualClock;
beforeEach(async () => {
  clock = createManualClock(new Date('2026-03-02T09:00:00Z'));
  kit = await startBilling({}, true, clock);
  kit.chat.perSecond = Infinity; // its own clock does not follow the test's
});
afterEach(() => kit.close());

const jobs = async (): Promise<readonly { status: string; attempt: number }[]> =>
  (await kit.database.pool.query<{ status: string; attempt: number }>('SELECT status, attempt FROM punctual.jobs'))
    .rows;

const work = (): Promise<unknown> => kit.scheduler.queue.worker.workOnce({ closing: new AbortController().signal });

/** Minutes at whose end a worker looks for what is due. */
async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    clock.advance(MINUTE_MS);
    await work();
  }
}

/** Pages of a team and a channel each, so that none waits for another. */
async function chargeAnnounced(count: number): Promise<readonly string[]> {
  const pages: string[] = [];
  for (let n = 0; n < count; n += 1) pages.push(...(await addTeam(kit.database, { pages: 1, channel: `C${n}` })).pages);
  expect(await kit.pass()).toMatchObject({ processed_count: count });
  await work();
  return pages;
}

async function expectPostedOnce(pages: readonly string[]): Promise<void> {
  const posted = kit.chat.messages.map(
    ({ metadata }) => (metadata as { event_payload: { page_id: string } }).event_payload.page_id,
  );
  expect([...posted].sort()).toEqual([...pages].sort());
  expect(kit.payments.book.all()).toHaveLength(pages.length);
}

describe('a chat that is down for an hour', () => {
  it.each(['down', 'cut'] as const)('%s: messages are posted after it, once each', async (trouble) => {
    kit.chat.trouble = trouble;
    const pages = await chargeAnnounced(2);
    await minutes(60);
    expect((await jobs()).map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(kit.chat.messages).toEqual([]);
    kit.chat.trouble = null;
    await minutes(60);
    expect((await jobs()).map(({ status }) => status)).toEqual(['completed', 'completed']);
    await expectPostedOnce(pages);
  });
});

it('a chat that is too busy costs no attempt, whatever it asks to wait', async () => {
  kit.chat.trouble = 'busy';
  const pages = await chargeAnnounced(1);
  await minutes(3);
  const [job] = await jobs();
  expect(job?.status).toBe('pending');
  expect(kit.chat.refused).toBeGreaterThan(1);
  expect(job?.attempt).toBeLessThanOrEqual(1);
  kit.chat.trouble = null;
  await minutes(3);
  await expectPostedOnce(pages);
});
