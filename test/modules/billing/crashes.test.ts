// Processes that die while they charge, answers that never come, and several callers at once: run again to the end, the provider's book
// and the ledger agree to the cent, and each page is published once.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startProcess, type RunningProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';
import { addTeam, books, startBilling, STRIPE_KEY, type BillingKit } from './billing-kit.js';

let kit: BillingKit;
const started: RunningProcess[] = [];
beforeAll(async () => {
  kit = await startBilling({}, true);
});
beforeEach(async () => {
  await kit.database.pool.query(
    'TRUNCATE users, teams, punctual.billing_charges, punctual.jobs, punctual.job_claims, punctual.job_keys CASCADE',
  );
  kit.payments.troubles.clear();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.stop('SIGKILL')));
});
afterAll(() => kit.close());

async function program(env: Record<string, string> = {}): Promise<RunningProcess> {
  const running = await startProcess({
    script: 'test/modules/billing/billing-program.ts',
    ready: /"message":"up"/,
    env: {
      DATABASE_URL: kit.database.url,
      STRIPE_API_BASE: kit.paymentsUrl,
      STRIPE_SECRET_KEY: STRIPE_KEY,
      SLACK_API_URL: kit.chatUrl,
      ...env,
    },
  });
  started.push(running);
  return running;
}

/** Passes until nothing waits. */
async function runToTheEnd(): Promise<void> {
  await waitFor(
    async () => {
      const begun = await kit.scheduler.batch.begin({ by: 'test' }).catch(() => null);
      await begun?.finished;
      const { rows } = await kit.database.pool.query('SELECT FROM users WHERE publish_queued');
      return rows.length === 0;
    },
    { timeoutMs: 30_000, everyMs: 100 },
  );
}

async function expectBooksToAgree(pages: readonly string[]): Promise<void> {
  const { provider, ledger, published, providerCents, ledgerCents } = await books(kit.database, kit.payments);
  const mine = provider.filter((page) => pages.includes(page));
  const sorted = [...pages].sort();
  expect({ mine, ledger, published }).toEqual({ mine: sorted, ledger: sorted, published: sorted });
  expect(ledgerCents).toBe(799 * pages.length);
  expect(providerCents % 799).toBe(0);
}

/** One message for each page, no more. */
const announced = (channel: string): Promise<unknown> =>
  waitFor(
    async () => {
      const { rows } = await kit.database.pool.query(`SELECT FROM punctual.jobs WHERE status <> 'completed'`);
      return rows.length === 0 && kit.chat.messages.some((message) => message.channel === channel);
    },
    { timeoutMs: 20_000 },
  );

describe('a process that is killed', () => {
  it.each(['before_call', 'after_call'])('%s leaves nothing that is charged twice or forgotten', async (at) => {
    const { pages } = await addTeam(kit.database, { pages: 6, channel: at });
    const dying = await program({ HOLD_AT: at });
    await dying.line(/"message":"holding"/);
    const { rows } = await kit.database.pool.query(`SELECT FROM punctual.billing_charges WHERE status = 'open'`);
    expect(rows).toHaveLength(6);
    await dying.stop('SIGKILL');
    await runToTheEnd();
    await expectBooksToAgree(pages);
    await announced(at);
    expect(kit.chat.messages.filter(({ channel }) => channel === at)).toHaveLength(6);
  });

  it('before the commit and after it, in the middle of a pass', async () => {
    const { pages } = await addTeam(kit.database, { pages: 60 });
    const dying = await program();
    // while the row of a user is locked, no settlement can commit
    const lock = await kit.database.pool.connect();
    await waitFor(async () => (await books(kit.database, kit.payments)).ledger.length > 0);
    await lock.query('BEGIN');
    await lock.query('SELECT FROM users WHERE publish_queued FOR UPDATE');
    await dying.stop('SIGKILL');
    await lock.query('ROLLBACK');
    lock.release();
    await runToTheEnd();
    await expectBooksToAgree(pages);
  });
});

describe('answers that never come', () => {
  it.each(['silent', 'cut', 'garbage', 'error_after'] as const)('%s', async (kind) => {
    const { pages } = await addTeam(kit.database, { pages: 4 });
    kit.payments.troubles.add({ kind, times: 2 });
    const process = await program();
    await process.line(/"message":"pass"/, 20_000);
    await kit.database.pool.query(
      `UPDATE punctual.billing_charges SET created_at = created_at - interval '10 minutes'`,
    );
    await runToTheEnd();
    await expectBooksToAgree(pages);
  });
});

it('a budget that ends in the middle of a team leaves the rest to the next pass', async () => {
  const { pages } = await addTeam(kit.database, { pages: 8 });
  kit.payments.troubles.add({ kind: 'busy', times: 1, retry_after: 30 });
  const process = await program({ BUDGET_S: '2' });
  const [line] = await process.line(/.*"message":"pass".*/, 20_000);
  expect(JSON.parse(line)).toMatchObject({ early: true });
  expect((await books(kit.database, kit.payments)).published.length).toBeLessThan(8);
  await process.stop();
  await runToTheEnd();
  await expectBooksToAgree(pages);
});

// last: the clock that its processes declare is kept, and the test's own scheduler would follow it
describe('several at once', () => {
  it('two instances by their own clocks and an outside call charge each page once', async () => {
    const { pages } = await addTeam(kit.database, { pages: 40 });
    const clock = { PASS: 'no', BATCH_CRON: '* * * * * *' };
    await Promise.all([program(clock), program(clock)]);
    await runToTheEnd();
    await expectBooksToAgree(pages);
    const { rows } = await kit.database.pool.query(`SELECT FROM punctual.billing_charges`);
    expect(rows).toHaveLength(40);
  });
});
