// A scheduler with the billing module over real servers on loopback: the example payment provider and the example chat.
import { createScheduler, type Scheduler } from '../../../src/compose/create-scheduler.js';
import { billing, type BillingOptions } from '../../../src/modules/billing/index.js';
import type { BatchReport } from '../../../src/scheduler/public.js';
import { createChatProvider, type ChatProvider } from '../../../examples/chat-provider/app.js';
import { createPaymentProvider, type PaymentProvider } from '../../../examples/payment-provider/app.js';
import type { ManualClock } from '../../../src/scheduler/testing/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';

export const STRIPE_KEY = 'sk_test_example';
export const SLACK_TOKEN = 'xoxb-example';

export interface Providers {
  readonly payments: PaymentProvider;
  readonly paymentsUrl: string;
  readonly chat: ChatProvider;
  readonly chatUrl: string;
  close(): Promise<void>;
}

export async function startProviders(latencyMs = 0): Promise<Providers> {
  const payments = createPaymentProvider({ key: STRIPE_KEY, latencyMs });
  const chat = createChatProvider({ token: SLACK_TOKEN });
  const servers: RunningServer[] = [await startServer(payments.app), await startServer(chat.app)];
  return {
    payments,
    paymentsUrl: servers[0]?.url ?? '',
    chat,
    chatUrl: `${servers[1]?.url}/api/`,
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

export interface BillingKit extends Providers {
  readonly database: TestDatabase;
  readonly scheduler: Scheduler;
  /** One pass of the batch; what queued_pages came to. */
  pass(): Promise<Record<string, unknown>>;
  report(): Promise<BatchReport>;
}

export async function startBilling(
  options: BillingOptions = {},
  worker = false,
  clock?: ManualClock,
): Promise<BillingKit> {
  const database = await createEmptyDatabase();
  const providers = await startProviders();
  const { paymentsUrl, chatUrl } = providers;
  const module = billing({
    stripeSecretKey: STRIPE_KEY,
    stripeApiBase: paymentsUrl,
    slackBotToken: SLACK_TOKEN,
    slackApiUrl: chatUrl,
    ...options,
  });
  const scheduler = createScheduler({
    pool: database.pool,
    subscriptions: false,
    modules: [module],
    queue: { worker },
    batchCron: null,
    heartbeatS: 0.2,
    ...(clock ? { clock } : {}),
  });
  const close = async (): Promise<void> => {
    await scheduler.stop({ graceMs: 0 });
    await providers.close();
    await database.close();
  };
  await scheduler.start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const report = async (): Promise<BatchReport> => (await scheduler.batch.begin({ by: 'test' })).finished;
  return {
    ...providers,
    database,
    scheduler,
    report,
    pass: async () => (await report()).results['queued_pages'] as Record<string, unknown>,
    close,
  };
}

/** A team with a customer, and waiting pages; returns their ids. */
export async function addTeam(
  { pool }: TestDatabase,
  team: { readonly pages: number; readonly customer?: string | null; readonly channel?: string | null },
): Promise<{ readonly id: string; readonly customer: string | null; readonly pages: readonly string[] }> {
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO teams (name, slack_channel) VALUES ('Team', $1) RETURNING id`,
    [team.channel ?? null],
  );
  const id = String(rows[0]?.id);
  const customer = team.customer === undefined ? `cus_${id}` : team.customer;
  await pool.query('UPDATE teams SET stripe_customer_id = $2 WHERE id = $1', [id, customer]);
  const pages = await pool.query<{ id: string }>(
    `INSERT INTO users (team_id, name, email, is_admin, publish_queued)
     SELECT $1, 'Page ' || n, 'admin' || n || '@team.example', n = 1, true FROM generate_series(1, $2) n RETURNING id`,
    [id, team.pages],
  );
  return { id, customer, pages: pages.rows.map((row) => String(row.id)) };
}

export interface BooksAgree {
  /** Pages that the provider has money for, each as often as it was paid. */
  readonly provider: readonly string[];
  readonly ledger: readonly string[];
  readonly published: readonly string[];
  readonly providerCents: number;
  readonly ledgerCents: number;
}

/** The provider's book, the ledger and the pages, to be compared. */
export async function books({ pool }: TestDatabase, { book }: PaymentProvider): Promise<BooksAgree> {
  const paid = await pool.query<{ page_id: string; cents: string }>(
    `SELECT page_id, amount_cents AS cents FROM punctual.billing_charges WHERE status = 'paid' ORDER BY page_id`,
  );
  const pages = await pool.query<{ id: string }>(
    `SELECT id::text FROM users WHERE NOT is_draft AND NOT publish_queued ORDER BY id::text`,
  );
  const moved = book.succeeded();
  return {
    provider: moved.map(({ metadata }) => String(metadata['page_id'])).sort(),
    ledger: paid.rows.map((row) => row.page_id),
    published: pages.rows.map((row) => row.id),
    providerCents: moved.reduce((sum, { amount }) => sum + amount, 0),
    ledgerCents: paid.rows.reduce((sum, { cents }) => sum + Number(cents), 0),
  };
}
