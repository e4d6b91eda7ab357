// The mail that asks a team's admins to confirm a payment, from a charge that the bank wants confirmed to a real SMTP server.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createScheduler, type Scheduler } from '../../../../src/compose/create-scheduler.js';
import { billing, readBillingLink } from '../../../../src/modules/billing/index.js';
import { notifications, smtp } from '../../../../src/modules/notifications/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { startMailServer, type MailServer } from '../../../support/servers/mail-server.js';
import { waitFor } from '../../../support/wait-for.js';
import { addTeam, books, startProviders, STRIPE_KEY, type Providers } from '../billing-kit.js';

const SECRET = 'a-secret-for-links-of-tests';

let database: TestDatabase;
let mail: MailServer;
let providers: Providers;
let scheduler: Scheduler;
beforeAll(async () => {
  [database, mail, providers] = await Promise.all([createEmptyDatabase(), startMailServer(), startProviders()]);
  const links = { portalUrl: 'https://shop.example/billing', linkSecret: SECRET };
  scheduler = createScheduler({
    ...{ pool: database.pool, subscriptions: false, batchCron: null, heartbeatS: 0.2 },
    modules: [
      billing({ stripeSecretKey: STRIPE_KEY, stripeApiBase: providers.paymentsUrl, ...links }),
      notifications({ from: 'shop@shop.example', transport: smtp(mail.url) }),
    ],
  });
  await scheduler.start();
});
afterAll(async () => {
  await scheduler.stop({ graceMs: 1_000 });
  await Promise.all([mail.close(), providers.close()]);
  await database.close();
});

const pass = async (): Promise<unknown> =>
  (await (await scheduler.batch.begin({ by: 'test', only: ['queued_pages'] })).finished).results['queued_pages'];

it('goes to each admin once, with a link for that team, and the payment is settled when it was confirmed', async () => {
  const { id: team, customer, pages } = await addTeam(database, { pages: 1 });
  await database.pool.query(
    `INSERT INTO users (team_id, email, name, is_admin) VALUES ($1, 'bob@team.example', 'Bob', true),
       ($1, 'BOB@team.example', 'Bob again', true), ($1, 'member@team.example', 'Member', false), ($1, NULL, 'No address', true)`,
    [team],
  );
  providers.payments.book.setMethod(String(customer), 'pm_card_authenticationRequired');
  expect(await pass()).toMatchObject({ processed_count: 0, failed_count: 1 });
  await waitFor(() => mail.mails.length === 2, { what: 'both admins are mailed' });
  const addresses = mail.mails.map(({ to }) => [to].flat()[0]?.value[0]?.address).sort();
  expect(addresses).toEqual(['admin1@team.example', 'bob@team.example']);
  for (const { subject, text } of mail.mails) {
    expect(subject).toBe('Please confirm a payment for Team');
    const link = /https:\/\/shop\.example\/billing\?[^\s)\]]+/.exec(text ?? '')?.[0] ?? '';
    expect(readBillingLink(link, SECRET, new Date()).teamId).toBe(team);
  }
  // it waits for the customer: no second mail, no second payment
  expect(await pass()).toMatchObject({ failed_count: 0, skipped_count: 1 });
  const [payment] = providers.payments.book.all();
  providers.payments.book.confirm(String(payment?.id));
  expect(await pass()).toMatchObject({ processed_count: 1 });
  const { provider, ledger, published } = await books(database, providers.payments);
  expect([provider, ledger, published]).toEqual([pages, pages, pages]);
  const { rows } = await database.pool.query(`SELECT FROM punctual.jobs WHERE status <> 'completed'`);
  expect(rows).toEqual([]);
  expect(mail.mails).toHaveLength(2);
});
