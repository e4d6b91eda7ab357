// Dunning by itself, from a team that is past due to a real SMTP server, with two instances; and what says that it is not set up.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createScheduler, type Scheduler } from '../../../../src/compose/create-scheduler.js';
import { billing, readBillingLink } from '../../../../src/modules/billing/index.js';
import { smtp } from '../../../../src/modules/notifications/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { startMailServer, type MailServer } from '../../../support/servers/mail-server.js';
import { waitFor } from '../../../support/wait-for.js';
import { addPastDue, pass, SECRET, startDunning } from './dunning-kit.js';

let database: TestDatabase;
let server: MailServer;
beforeAll(async () => {
  database = await createEmptyDatabase();
  server = await startMailServer();
});
afterAll(async () => {
  await server.close();
  await database.close();
});

it('mails each admin once, whichever instance plans it', async () => {
  const schedulers: Scheduler[] = [];
  for (let instance = 0; instance < 2; instance += 1)
    schedulers.push(await startDunning(database, { transport: smtp(server.url) }));
  const [first] = schedulers as [Scheduler];
  const team = await addPastDue(database, 'Asia/Tokyo', ['ada@example.com', 'bob@example.com']);
  expect(await pass(first)).toEqual({ emails_sent: 0, failed_count: 0, skipped_count: 0 });
  const { db } = database;
  await waitFor(async () => {
    const { rows } = await db.query(`SELECT FROM {schema}.billing_dunning WHERE punctual_state = 'planned'`);
    return rows.length === 1;
  });
  await db.query('UPDATE {schema}.billing_dunning SET punctual_next_run_at = now()');
  await waitFor(() => server.mails.length === 2, { what: 'both admins are mailed' });
  const addresses = server.mails.map(({ to }) => [to].flat()[0]?.value[0]?.address).sort();
  expect(addresses).toEqual(['ada@example.com', 'bob@example.com']);
  for (const mail of server.mails) {
    expect(mail.subject).toBe('Your payment needs attention');
    expect(mail.text).toContain('The last payment of Crew did not succeed.');
    const link = /https:\/\/shop\.example\/billing\S+(?=\))/.exec(mail.text ?? '')?.[0] ?? '';
    expect(readBillingLink(link, SECRET, new Date()).teamId).toBe(team);
  }
  expect(await pass(first)).toEqual({ emails_sent: 2, failed_count: 0, skipped_count: 0 });
  expect(await pass(first)).toEqual({ emails_sent: 0, failed_count: 0, skipped_count: 0 });
  for (const scheduler of schedulers) await scheduler.stop({ graceMs: 1_000 });
  expect(server.mails).toHaveLength(2);
});

it('is not run without its settings, and says which are missing', async () => {
  const scheduler = createScheduler({
    ...{ pool: database.pool, subscriptions: false, batchCron: null },
    modules: [billing()],
  });
  await scheduler.start();
  expect(await pass(scheduler)).toEqual({
    skipped: 'not_configured',
    missing: ['BILLING_PORTAL_URL', 'BILLING_LINK_SECRET', 'SMTP_URL'],
  });
  await scheduler.stop({ graceMs: 0 });
});

it('refuses a ladder with two mails within 3 days', () => {
  expect(() => billing({ dunningDays: [0, 2] })).toThrow(/dunningDays.*each at least 3 after the previous one/);
});
