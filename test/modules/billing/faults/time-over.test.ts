// Time that runs out: a budget that ends in the middle of a team, and a process that ignores its signal.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { waitFor } from '../../../support/wait-for.js';
import { addTeam, books } from '../billing-kit.js';
import { passOf, startFaults, type FaultKit } from './fault-kit.js';

let kit: FaultKit;
beforeAll(async () => {
  kit = await startFaults();
});
beforeEach(() => kit.reset());
afterEach(() => kit.endPrograms());
afterAll(() => kit.close());

it('a budget that ends in the middle of a team leaves the rest to the next pass', async () => {
  const { pages } = await addTeam(kit.database, { pages: 8 });
  let charged = 0;
  kit.payments.onCharge = () => {
    charged += 1;
    if (charged === 3) kit.payments.troubles.add({ kind: 'busy', retry_after: 60 });
  };
  const { early, results } = await passOf(await kit.program({ BUDGET_S: '5' }));
  kit.payments.onCharge = null;
  expect(early).toBe(true);
  expect(results['queued_pages']).toMatchObject({ failed_count: 0 });
  const { published } = await books(kit.database, kit.payments);
  expect(published.length).toBeGreaterThan(0);
  expect(published.length).toBeLessThan(8);
  await kit.runToTheEnd();
  await kit.expectBooksToAgree(pages);
}, 90_000);

it('a process that ignores its signal is left behind with its lock, and keeps nobody from paying', async () => {
  const first = await addTeam(kit.database, { pages: 3 });
  const stubborn = await kit.program({ STUBBORN: 'yes', BUDGET_S: '4' });
  expect(await passOf(stubborn)).toMatchObject({
    early: true,
    results: {
      queued_pages: { processed_count: 3 },
      stubborn: { error: expect.stringContaining('did not stop'), run_id: expect.any(String) },
    },
  });
  // the pass has ended, though not the process: pages are charged by the passes that follow, on any instance
  const second = await addTeam(kit.database, { pages: 3 });
  await kit.runToTheEnd();
  await kit.expectBooksToAgree([...first.pages, ...second.pages]);
  const state = async (): Promise<string | undefined> =>
    (
      await kit.database.pool.query<{ status: string }>(
        `SELECT status FROM punctual.scheduler_runs WHERE process = 'stubborn' ORDER BY started_at DESC LIMIT 1`,
      )
    ).rows[0]?.status;
  expect(await state()).toBe('running');
  await stubborn.stop('SIGKILL');
  await waitFor(async () => (await state()) === 'abandoned', { timeoutMs: 20_000 });
}, 90_000);
