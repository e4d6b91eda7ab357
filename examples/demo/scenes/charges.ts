// Pages that are charged and published, as the application queues them: most cards pay, one is declined, one team has none yet.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runBatch } from '../batch.js';
import { bold, dim, green, number, print, red, table } from '../print.js';
import type { Stage } from '../stage.js';

export const PAYMENT_KEY = 'sk_test_demo';
export const CHAT_TOKEN = 'xoxb-demo';

const LIMIT_MS = 60_000;
const DECLINED_CARD = 'pm_card_chargeDeclinedInsufficientFunds';

/** What comes of each follows from its customer. */
export const TEAMS = [
  { name: 'Bakery', customer: 'cus_bakery', channel: 'C-bakery', pages: 2, comes: 'paid' },
  { name: 'Florist', customer: 'cus_florist', channel: 'C-florist', pages: 1, comes: 'paid' },
  { name: 'Bookshop', customer: 'cus_bookshop', channel: 'C-bookshop', pages: 1, comes: 'declined' },
  { name: 'Garage', customer: null, channel: null, pages: 1, comes: 'no_customer' },
] as const;

export interface ChargeView {
  readonly id: string;
  readonly status: string;
  readonly amount_cents: number;
  readonly currency: string;
  readonly customer_id: string;
  readonly reason: string | null;
  readonly message: string | null;
}

export interface TeamView {
  readonly name: string | null;
  readonly waiting: number;
  readonly reasons: Readonly<Record<string, number>>;
}

export interface ChargedPages {
  readonly charges: readonly ChargeView[];
  readonly waiting: readonly TeamView[];
  /** Cents that the payment provider has taken in. */
  readonly taken: number;
  /** Pages that are published. */
  readonly published: number;
  /** Messages in the channels of the teams. */
  readonly told: number;
}

const INSERT = `
  WITH team AS (
    INSERT INTO teams (name, stripe_customer_id, slack_channel) VALUES ($1, $2, $3) RETURNING id)
  INSERT INTO users (id, name, city, team_id, publish_queued)
  SELECT gen_random_uuid(), $1 || ', page ' || n, 'none', team.id, true FROM team, generate_series(1, $4::int) n`;

async function queuePages(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const { name, customer, channel, pages } of TEAMS)
      await client.query(INSERT, [name, customer, channel, pages]);
  } finally {
    await client.end();
  }
}

async function messagesIn(chatUrl: string, channel: string): Promise<number> {
  const reply = await fetch(`${chatUrl}conversations.history`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CHAT_TOKEN}` },
    body: new URLSearchParams({ channel }),
  });
  return ((await reply.json()) as { messages: unknown[] }).messages.length;
}

async function countMessages({ chatUrl }: Stage): Promise<number> {
  const channels = TEAMS.flatMap(({ channel }) => channel ?? []);
  const counts = await Promise.all(channels.map((channel) => messagesIn(chatUrl, channel)));
  return counts.reduce((sum, count) => sum + count, 0);
}

const PAGES_PAID = TEAMS.filter(({ comes }) => comes === 'paid').reduce((sum, { pages }) => sum + pages, 0);

/** Queues the pages, has the batch charge them, and waits until the channels have heard of it. */
export async function chargePages(stage: Stage, signal: AbortSignal): Promise<ChargedPages> {
  const { admin, databaseUrl, paymentsUrl } = stage;
  print(`\n${bold('Pages to publish')}  ${dim('POST /api/worker/queue_worker: each is charged once, then published')}`);
  await fetch(`${paymentsUrl}/control/payment-methods`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customer: 'cus_bookshop', payment_method: DECLINED_CARD }),
    signal,
  });
  await queuePages(databaseUrl);
  await runBatch(stage, ['queued_pages'], signal);
  const until = performance.now() + LIMIT_MS;
  let told = await countMessages(stage);
  while (told < PAGES_PAID && performance.now() < until) {
    await sleep(100, undefined, { signal });
    told = await countMessages(stage);
  }
  const { items: charges } = await admin.get<{ items: ChargeView[] }>('/charges?limit=200');
  const { items: waiting } = await admin.get<{ items: TeamView[] }>('/queue-status?limit=200');
  const book = (await (await fetch(`${paymentsUrl}/control/book`, { signal })).json()) as {
    payments: { status: string; amount: number }[];
  };
  const taken = book.payments
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amount }) => sum + amount, 0);
  const published =
    TEAMS.reduce((sum, { pages }) => sum + pages, 0) - waiting.reduce((sum, { waiting: n }) => sum + n, 0);
  return { charges, waiting, taken, published, told };
}

const paidOf = (charges: readonly ChargeView[]) => charges.filter(({ status }) => status === 'paid');
const declinedOf = (charges: readonly ChargeView[]) => charges.filter(({ status }) => status === 'declined');
const sumOf = (charges: readonly ChargeView[]): number =>
  charges.reduce((sum, { amount_cents: cents }) => sum + cents, 0);

/** What is wrong; empty if nothing is. */
export function problemsOfCharges({ charges, waiting, taken, published, told }: ChargedPages): string[] {
  const paid = paidOf(charges);
  const reasons = waiting.map(({ name, reasons: why }) => `${name}: ${Object.keys(why).join()}`).sort();
  const rules: [boolean, string][] = [
    [taken === sumOf(paid), `the provider took ${taken} cents, and the ledger has ${sumOf(paid)}`],
    [paid.length === PAGES_PAID, `${paid.length} pages are paid, not ${PAGES_PAID}`],
    [published === PAGES_PAID, `${published} pages are published, not ${PAGES_PAID}`],
    [told === PAGES_PAID, `the channels have ${told} messages, not ${PAGES_PAID}`],
    [
      reasons.join('; ') === 'Bookshop: declined: insufficient_funds; Garage: no_customer',
      `what waits is ${JSON.stringify(waiting)}`,
    ],
  ];
  return rules.filter(([right]) => !right).map(([, problem]) => problem);
}

export function showCharges({ charges, waiting, told }: ChargedPages, problems: readonly string[]): void {
  const [paid, declined] = [paidOf(charges), declinedOf(charges)];
  const [refusal] = declined;
  const rest = waiting.filter(({ reasons }) => 'no_customer' in reasons).reduce((sum, { waiting: n }) => sum + n, 0);
  const dollars = (sumOf(paid) / 100).toFixed(2);
  table([
    [
      'paid',
      green(number(paid.length)),
      dim(`$${dollars}, published; ${told} messages in the channels of their teams`),
    ],
    [
      'declined',
      red(number(declined.length)),
      dim(`${refusal?.reason ?? ''}: not charged again until the card is another, or an operator says so`),
    ],
    ['waiting', number(rest), dim('no_customer: the team has not said how it pays')],
  ]);
  for (const problem of problems) print(red(`  ✗ ${problem}`));
}

/** What an operator does about the card that was declined: lines to copy. */
export function chargeDirections({ admin, paymentsUrl }: Stage, { charges }: ChargedPages): [string, string][] {
  const [declined] = declinedOf(charges);
  if (declined === undefined) return [];
  const auth = `-H 'Authorization: Bearer ${admin.token}'`;
  const funds = `-X POST -H 'Content-Type: application/json' -d '{"customer":"${declined.customer_id}"}'`;
  return [
    ['the card that was declined, and why', `curl -s ${auth} '${admin.url}/admin/charges?status=declined'`],
    ['the customer calls: there is money on it now …', `curl -s ${funds} '${paymentsUrl}/control/funds'`],
    ['… so have it tried again …', `curl -s ${auth} -X POST '${admin.url}/admin/charges/${declined.id}/retry'`],
    ['… by the next pass of the batch', `curl -s ${auth} -X POST '${admin.url}/api/worker/queue_worker'`],
  ];
}
