// queued_pages against a provider that behaves like Stripe: what is charged, what is not, and what brings it back to order.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChargeRow } from '../../../../src/modules/billing/db/charges.js';
import { addTeam, books, startBilling, type BillingKit } from '../billing-kit.js';

let kit: BillingKit;
beforeAll(async () => {
  kit = await startBilling();
});
beforeEach(async () => {
  await kit.database.pool.query('TRUNCATE users, teams, punctual.billing_charges, punctual.jobs CASCADE');
  kit.payments.troubles.clear();
  kit.payments.revoke(false);
});
afterAll(() => kit.close());

const charges = async (page: string): Promise<ChargeRow[]> =>
  (
    await kit.database.pool.query<ChargeRow>(`SELECT * FROM punctual.billing_charges WHERE page_id = $1 ORDER BY id`, [
      page,
    ])
  ).rows;
const paymentsOf = (page: string) => kit.payments.book.all().filter(({ metadata }) => metadata['page_id'] === page);
/** As if the charges had been opened so long ago. */
const age = (interval: string): Promise<unknown> =>
  kit.database.pool.query(`UPDATE punctual.billing_charges SET created_at = created_at - $1::interval`, [interval]);

async function expectPaidOnce(pages: readonly string[]): Promise<void> {
  const all = await books(kit.database, kit.payments);
  const mine = (ids: readonly string[]): string[] => ids.filter((id) => pages.includes(id)).sort();
  expect({ provider: mine(all.provider), ledger: mine(all.ledger), published: mine(all.published) }).toEqual({
    provider: [...pages].sort(),
    ledger: [...pages].sort(),
    published: [...pages].sort(),
  });
}

describe('pages that can be charged', () => {
  it('are charged once and published; those of a team without a customer are skipped', async () => {
    const paying = await addTeam(kit.database, { pages: 3 });
    const others = await addTeam(kit.database, { pages: 2, customer: null });
    expect(await kit.pass()).toEqual({
      processed_count: 3,
      failed_count: 0,
      skipped_count: 2,
      duration_ms: expect.any(Number),
    });
    await expectPaidOnce(paying.pages);
    const [payment] = paymentsOf(paying.pages[0] as string);
    expect(payment).toMatchObject({
      amount: 799,
      currency: 'usd',
      customer: paying.customer,
      payment_method: 'pm_card_visa',
      metadata: { page_id: paying.pages[0], team_id: paying.id },
    });
    const [charge] = await charges(paying.pages[0] as string);
    expect(charge).toMatchObject({
      status: 'paid',
      idempotency_key: `page-${paying.pages[0]}-${charge?.id}`,
      payment_intent_id: payment?.id,
    });
    expect(await kit.pass()).toMatchObject({ processed_count: 0, failed_count: 0, skipped_count: 2 });
    expect(others.pages.flatMap(paymentsOf)).toEqual([]);
  });

  it('are never charged again, even when the host queues one that was paid for', async () => {
    const { pages } = await addTeam(kit.database, { pages: 1 });
    await kit.pass();
    await kit.database.pool.query('UPDATE users SET is_draft = true, publish_queued = true');
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    await expectPaidOnce(pages);
  });

  it('are announced by a job that commits with the charge', async () => {
    const { pages } = await addTeam(kit.database, { pages: 1, channel: 'C1' });
    await kit.pass();
    const { rows } = await kit.database.pool.query<{ payload: object }>(`SELECT payload FROM punctual.jobs`);
    expect(rows).toMatchObject([{ payload: { page_id: pages[0], channel: 'C1', name: 'Page 1' } }]);
  });
});

describe('declined payments', () => {
  it.each([
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
  ])('%s: the reason is kept, and it is not tried again', async (method, reason) => {
    const { pages, customer } = await addTeam(kit.database, { pages: 1 });
    const page = pages[0] as string;
    kit.payments.book.setMethod(String(customer), method);
    expect(await kit.pass()).toMatchObject({ processed_count: 0, failed_count: 1, skipped_count: 0 });
    expect(await kit.pass()).toMatchObject({ processed_count: 0, failed_count: 0, skipped_count: 1 });
    expect(await charges(page)).toMatchObject([{ status: 'declined', reason }]);
    expect(paymentsOf(page)).toHaveLength(1);
  });

  it('are tried again with another payment method, after the former payment was cancelled', async () => {
    const { pages, customer } = await addTeam(kit.database, { pages: 1 });
    const page = pages[0] as string;
    kit.payments.book.setMethod(String(customer), 'pm_card_chargeDeclined');
    await kit.pass();
    kit.payments.book.setMethod(String(customer), 'pm_card_mastercard');
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    expect((await charges(page)).map(({ status }) => status)).toEqual(['superseded', 'paid']);
    expect(paymentsOf(page).map(({ status }) => status)).toEqual(['canceled', 'succeeded']);
    await expectPaidOnce(pages);
  });

  it('for want of authentication are settled when the customer confirms, without another charge', async () => {
    const { pages, customer } = await addTeam(kit.database, { pages: 1 });
    const page = pages[0] as string;
    kit.payments.book.setMethod(String(customer), 'pm_card_authenticationRequired');
    expect(await kit.pass()).toMatchObject({ failed_count: 1 });
    expect(await kit.pass()).toMatchObject({ failed_count: 0, skipped_count: 1 });
    kit.payments.book.confirm(String(paymentsOf(page)[0]?.id));
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    expect(paymentsOf(page)).toHaveLength(1);
    await expectPaidOnce(pages);
  });

  it('that were confirmed at the moment of a retry are not charged beside it', async () => {
    const { pages, customer } = await addTeam(kit.database, { pages: 1 });
    const page = pages[0] as string;
    kit.payments.book.setMethod(String(customer), 'pm_card_authenticationRequired');
    await kit.pass();
    kit.payments.book.confirm(String(paymentsOf(page)[0]?.id));
    kit.payments.book.setMethod(String(customer), 'pm_card_visa');
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    expect(paymentsOf(page)).toHaveLength(1);
    await expectPaidOnce(pages);
  });
});

describe('outcomes that are not known', () => {
  it.each(['cut', 'garbage', 'cut_before'] as const)('%s: the same key is sent again', async (kind) => {
    const { pages } = await addTeam(kit.database, { pages: 2 });
    // the SDK itself sends a request once more whose connection was cut
    kit.payments.troubles.add({ kind, page_id: String(pages[0]), times: kind === 'garbage' ? 1 : 2 });
    expect(await kit.pass()).toMatchObject({ processed_count: 1, failed_count: 1 });
    expect(await charges(pages[0] as string)).toMatchObject([{ status: 'open', unknown_attempts: 1 }]);
    expect(await kit.pass()).toMatchObject({ processed_count: 1, failed_count: 0 });
    await expectPaidOnce(pages);
  });

  it('a 500 that is replayed under its key: the payment is found after some minutes', async () => {
    const { pages } = await addTeam(kit.database, { pages: 1 });
    kit.payments.troubles.add({ kind: 'error_after' });
    await kit.pass();
    expect(await kit.pass()).toMatchObject({ processed_count: 0, failed_count: 1 });
    await age('10 minutes');
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    await expectPaidOnce(pages);
  });

  it('a 500 that is replayed and charged nothing: after a day a new charge takes its place', async () => {
    const { pages } = await addTeam(kit.database, { pages: 1 });
    kit.payments.troubles.add({ kind: 'error_before' });
    await kit.pass();
    await age('10 minutes');
    expect(await kit.pass()).toMatchObject({ failed_count: 1 });
    await age('23 hours');
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    expect((await charges(pages[0] as string)).map(({ status }) => status)).toEqual(['expired', 'paid']);
    await expectPaidOnce(pages);
  });

  it('after a day the payment is looked up, and a key that was forgotten charges nothing', async () => {
    const { pages } = await addTeam(kit.database, { pages: 1 });
    kit.payments.troubles.add({ kind: 'cut', times: 2 });
    await kit.pass();
    kit.payments.keys.forget();
    await age('1 day');
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    expect(paymentsOf(pages[0] as string)).toHaveLength(1);
    await expectPaidOnce(pages);
  });

  it('a key that was used with other parameters: only the book is believed', async () => {
    const { pages } = await addTeam(kit.database, { pages: 1 });
    kit.payments.troubles.add({ kind: 'cut', times: 2 });
    await kit.pass();
    await kit.database.pool.query('UPDATE punctual.billing_charges SET amount_cents = 1');
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    expect(paymentsOf(pages[0] as string)).toHaveLength(1);
  });
});

describe('a provider that says no to everything', () => {
  it.each([{ retry_after: 0 }, {}])('429 (%p): waits, and goes on in the same pass', async (busy) => {
    const { pages } = await addTeam(kit.database, { pages: 2 });
    kit.payments.troubles.add({ kind: 'busy', ...busy });
    expect(await kit.pass()).toMatchObject({ processed_count: 2, failed_count: 0 });
    await expectPaidOnce(pages);
  });

  it('401: stops with a clear error, charges nobody else, and goes on with a valid key', async () => {
    const { pages } = await addTeam(kit.database, { pages: 30 });
    let seen = 0;
    kit.payments.onCharge = () => {
      seen += 1;
      if (seen === 5) kit.payments.revoke();
    };
    const result = await kit.pass();
    kit.payments.onCharge = null;
    expect(result['error']).toMatch(/refused the key/);
    const paid = kit.payments.book.succeeded().filter(({ metadata }) => pages.includes(String(metadata['page_id'])));
    expect(paid.length).toBeLessThan(30);
    expect(result['processed_count']).toBe(paid.length);
    kit.payments.revoke(false);
    await kit.pass();
    await expectPaidOnce(pages);
  });
});

it('is disabled without a key, and says so', async () => {
  const bare = await startBilling({ stripeSecretKey: null });
  expect(await bare.pass()).toEqual({ skipped: 'not_configured', missing: ['STRIPE_SECRET_KEY'] });
  await bare.close();
});
