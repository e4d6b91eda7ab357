// A payment provider that charges and does not say so, refuses, or is busy: run again to the end, its book and the ledger agree to the
// cent, and each page is published once. The charges are made by another process.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunningProcess } from '../../../support/processes.js';
import { addTeam, books } from '../billing-kit.js';
import { passOf, startFaults, type FaultKit } from './fault-kit.js';

let kit: FaultKit;
let program: RunningProcess;
beforeAll(async () => {
  kit = await startFaults();
  program = await kit.program({ PASS: 'no' });
}, 60_000);
beforeEach(() => kit.reset());
afterAll(() => kit.close());

/** As if everything had happened so long ago. */
const age = (interval: string): Promise<unknown> =>
  kit.database.pool.query(`UPDATE punctual.billing_charges SET created_at = created_at - $1::interval`, [interval]);

let passes = 0;
async function queuedPages(): Promise<Readonly<Record<string, unknown>> | undefined> {
  program.signal('SIGUSR2');
  const { results } = await passOf(program, (passes += 1));
  return results['queued_pages'];
}

describe('an outcome that is not known', () => {
  it.each([
    ['time-out after it charged', 'silent', 1],
    // the SDK itself sends a request once more whose connection was cut
    ['connection cut after it charged', 'cut', 2],
    ['an answer that is no JSON, after it charged', 'garbage', 1],
    ['500 after it charged, which is replayed under its key', 'error_after', 1],
  ] as const)(
    '%s: that page waits, the others are paid, and it is settled without a second charge',
    async (_, kind, times) => {
      const { pages } = await addTeam(kit.database, { pages: 4 });
      kit.payments.troubles.add({ kind, times, page_id: String(pages[1]) });
      expect(await queuedPages()).toMatchObject({ processed_count: 3, failed_count: 1 });
      await age('10 minutes');
      await kit.runToTheEnd();
      await kit.expectBooksToAgree(pages);
    },
  );

  it('500 before it charged, which is replayed for a day: a new charge takes its place then', async () => {
    const { pages } = await addTeam(kit.database, { pages: 2 });
    kit.payments.troubles.add({ kind: 'error_before', page_id: String(pages[0]) });
    expect(await queuedPages()).toMatchObject({ processed_count: 1, failed_count: 1 });
    await age('1 day');
    await kit.runToTheEnd();
    await kit.expectBooksToAgree(pages);
  });

  it('the same key with other parameters: what was charged counts, whatever the row says now', async () => {
    const { pages } = await addTeam(kit.database, { pages: 2 });
    kit.payments.troubles.add({ kind: 'cut', times: 2, page_id: String(pages[0]) });
    await queuedPages();
    await kit.database.pool.query(
      `UPDATE punctual.billing_charges SET payment_method_id = 'pm_card_other' WHERE status = 'open'`,
    );
    await kit.runToTheEnd();
    await kit.expectBooksToAgree(pages);
  });

  it('the same key with other parameters, and nothing was charged: a new charge under a key of its own', async () => {
    const { pages } = await addTeam(kit.database, { pages: 1 });
    kit.payments.troubles.add({ kind: 'error_before' });
    await queuedPages();
    await kit.database.pool.query(`UPDATE punctual.billing_charges SET payment_method_id = 'pm_card_other'`);
    expect(await queuedPages()).toMatchObject({ processed_count: 0, failed_count: 1 });
    await age('10 minutes');
    await kit.runToTheEnd();
    await kit.expectBooksToAgree(pages);
  });
});

describe('too many requests', () => {
  it.each([{ retry_after: 1 }, {}])('429 %p: the whole pass waits, and ends with everything paid', async (busy) => {
    const { pages } = await addTeam(kit.database, { pages: 6 });
    kit.payments.troubles.add({ kind: 'busy', times: 3, ...busy });
    expect(await queuedPages()).toMatchObject({ processed_count: 6, failed_count: 0 });
    await kit.expectBooksToAgree(pages);
  });
});

it('a key that is revoked in the middle: nobody else is charged, and a valid key goes on', async () => {
  const { pages } = await addTeam(kit.database, { pages: 20 });
  let charged = 0;
  kit.payments.onCharge = () => {
    charged += 1;
    if (charged === 5) kit.payments.revoke();
  };
  const result = await queuedPages();
  expect(result?.['error']).toMatch(/refused the key, and nobody else was charged/);
  // those that were under way when it was revoked were authenticated before
  expect(charged).toBeLessThan(10);
  expect((await books(kit.database, kit.payments)).published).toHaveLength(charged);
  kit.payments.revoke(false);
  await kit.runToTheEnd();
  await kit.expectBooksToAgree(pages);
});

it('declined cards beside good ones: the good are paid, the declined wait with their reasons', async () => {
  const good = await addTeam(kit.database, { pages: 2 });
  const cards = [
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedLostCard', 'lost_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_authenticationRequired', 'authentication_required'],
  ] as const;
  const declined: string[] = [];
  for (const [card] of cards) {
    const { pages, customer } = await addTeam(kit.database, { pages: 1 });
    kit.payments.book.setMethod(String(customer), card);
    declined.push(...pages);
  }
  expect(await queuedPages()).toMatchObject({ processed_count: 2, failed_count: 4 });
  await kit.expectBooksToAgree(good.pages);
  const { rows } = await kit.database.pool.query<{ page_id: string; reason: string }>(
    `SELECT page_id, reason FROM punctual.billing_charges WHERE status = 'declined' ORDER BY id`,
  );
  const reasons = Object.fromEntries(rows.map(({ page_id, reason }) => [page_id, reason]));
  expect(reasons).toEqual(Object.fromEntries(declined.map((page, index) => [page, cards[index]?.[1]])));
});
