// Processes that die while they charge (kill -9): run again to the end, the provider's book and the ledger agree to the cent, and each
// page is published once.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../../support/wait-for.js';
import { addTeam, books } from '../billing-kit.js';
import { startFaults, type FaultKit } from './fault-kit.js';
import { holdCommits } from './hold-commits.js';

let kit: FaultKit;
beforeAll(async () => {
  kit = await startFaults();
});
beforeEach(() => kit.reset());
afterEach(() => kit.endPrograms());
afterAll(() => kit.close());

const PAID = { table: 'punctual.billing_charges', event: 'UPDATE', when: `NEW.status = 'paid'` } as const;

const open = async (): Promise<number> =>
  (await kit.database.pool.query(`SELECT FROM punctual.billing_charges WHERE status = 'open'`)).rows.length;

/** One message for each page, no more, committed with its charge. */
async function expectAnnouncedOnce(pages: readonly string[]): Promise<void> {
  const { rows } = await kit.database.pool.query<{ page: string }>(
    `SELECT payload ->> 'page_id' AS page FROM punctual.jobs WHERE type = 'billing.announce_page' ORDER BY 1`,
  );
  expect(rows.map(({ page }) => page)).toEqual([...pages].sort());
}

it.each(['before_call', 'after_call'])('killed %s, with the rows of the ledger there', async (at) => {
  const { pages } = await addTeam(kit.database, { pages: 5, channel: at });
  const dying = await kit.program({ HOLD_AT: at });
  await dying.line(/"message":"holding"/);
  expect(await open()).toBe(5);
  await dying.stop('SIGKILL');
  await kit.runToTheEnd();
  await kit.expectBooksToAgree(pages);
  await expectAnnouncedOnce(pages);
});

describe('killed at the commit', () => {
  it('before it: nothing of it is there, and the charges are found again under their keys', async () => {
    const { pages } = await addTeam(kit.database, { pages: 5, channel: 'before-commit' });
    const commits = await holdCommits(kit.database, PAID);
    const dying = await kit.program();
    await commits.reached();
    await dying.stop('SIGKILL');
    await commits.rollBack();
    await commits.release();
    expect(
      kit.payments.book.succeeded().filter(({ metadata }) => pages.includes(String(metadata['page_id']))),
    ).not.toEqual([]);
    expect(await open()).toBe(5);
    await kit.runToTheEnd();
    await kit.expectBooksToAgree(pages);
    await expectAnnouncedOnce(pages);
  });

  it('after it, before the process hears of it: what was committed stays', async () => {
    const { pages } = await addTeam(kit.database, { pages: 5, channel: 'after-commit' });
    const commits = await holdCommits(kit.database, PAID);
    const dying = await kit.program();
    await commits.reached();
    await dying.stop('SIGKILL');
    await commits.release();
    await waitFor(async () => (await books(kit.database, kit.payments)).published.length > 0);
    await kit.runToTheEnd();
    await kit.expectBooksToAgree(pages);
    await expectAnnouncedOnce(pages);
  });
});

it('killed in the middle of a pass, with charges in every state', async () => {
  const { pages } = await addTeam(kit.database, { pages: 60 });
  const dying = await kit.program();
  await waitFor(async () => (await books(kit.database, kit.payments)).ledger.length > 0);
  await dying.stop('SIGKILL');
  await kit.runToTheEnd();
  await kit.expectBooksToAgree(pages);
});
