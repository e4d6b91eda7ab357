// Real processes with the billing module beside a scheduler of the test's own, and how all of it is run to the end and compared.
import { expect } from '@jest/globals';
import { startProcess, type RunningProcess } from '../../../support/processes.js';
import { waitFor } from '../../../support/wait-for.js';
import { books, startBilling, STRIPE_KEY, type BillingKit } from '../billing-kit.js';

export interface FaultKit extends BillingKit {
  /** A process that runs a pass as soon as it is up. */
  program(env?: Record<string, string>): Promise<RunningProcess>;
  /** Passes until nothing waits. */
  runToTheEnd(): Promise<void>;
  /** Nobody waits, nobody has paid, nothing is wrong with the providers. */
  reset(): Promise<void>;
  /** Kills what is still there of the test before. */
  endPrograms(): Promise<void>;
  expectBooksToAgree(pages: readonly string[]): Promise<void>;
}

/** What a pass of a program came to. */
export interface ProgramPass {
  readonly results: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly early: boolean;
}

const PRICE_CENTS = 799;

export async function startFaults(): Promise<FaultKit> {
  const kit = await startBilling({}, true);
  const { database, payments, chat } = kit;
  const started: RunningProcess[] = [];
  const program = async (env: Record<string, string> = {}): Promise<RunningProcess> => {
    const running = await startProcess({
      script: 'test/modules/billing/faults/billing-program.ts',
      ready: /"message":"up"/,
      env: {
        DATABASE_URL: database.url,
        STRIPE_API_BASE: kit.paymentsUrl,
        STRIPE_SECRET_KEY: STRIPE_KEY,
        SLACK_API_URL: kit.chatUrl,
        ...env,
      },
    });
    started.push(running);
    return running;
  };
  const endPrograms = async (): Promise<void> =>
    void (await Promise.all(started.splice(0).map((process) => process.stop('SIGKILL'))));
  return {
    ...kit,
    program,
    runToTheEnd: async () => {
      await waitFor(
        async () => {
          const begun = await kit.scheduler.batch.begin({ by: 'test' }).catch(() => null);
          await begun?.finished;
          const { rows } = await database.pool.query('SELECT FROM users WHERE publish_queued');
          return rows.length === 0;
        },
        { timeoutMs: 30_000, everyMs: 100 },
      );
    },
    reset: async () => {
      await database.pool.query(
        'TRUNCATE users, teams, punctual.billing_charges, punctual.jobs, punctual.job_claims, punctual.job_keys CASCADE',
      );
      payments.troubles.clear();
      payments.revoke(false);
      payments.onCharge = null;
      chat.trouble = null;
      chat.channels = null;
    },
    endPrograms,
    expectBooksToAgree: (pages) => expectBooksToAgree(kit, pages),
    close: async () => {
      await endPrograms();
      await kit.close();
    },
  };
}

/** The `n`-th pass of a program, counted from 1. */
export async function passOf(running: RunningProcess, n = 1): Promise<ProgramPass> {
  const [line] = await running.line(new RegExp(`.*"message":"pass","n":${n},.*`), 30_000);
  return JSON.parse(line) as ProgramPass;
}

/** Ids of pages are never used again, so that the provider's book of a whole test file can be read for these alone. */
async function expectBooksToAgree({ database, payments }: BillingKit, pages: readonly string[]): Promise<void> {
  const { ledger, published, ledgerCents } = await books(database, payments);
  const moved = payments.book.succeeded().filter(({ metadata }) => pages.includes(String(metadata['page_id'])));
  const sorted = [...pages].sort();
  expect({
    provider: moved.map(({ metadata }) => String(metadata['page_id'])).sort(),
    providerCents: moved.reduce((sum, { amount }) => sum + amount, 0),
    ...{ ledger, ledgerCents, published },
  }).toEqual({
    provider: sorted,
    providerCents: PRICE_CENTS * pages.length,
    ...{ ledger: sorted, ledgerCents: PRICE_CENTS * pages.length, published: sorted },
  });
  const { rows } = await database.pool.query<{ intent: string }>(
    `SELECT payment_intent_id AS intent FROM punctual.billing_charges WHERE status = 'paid' ORDER BY 1`,
  );
  expect(rows.map(({ intent }) => intent)).toEqual(moved.map(({ id }) => id).sort());
}
