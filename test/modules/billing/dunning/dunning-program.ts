// A process with dunning that works by itself, so that a test can kill it: teams are taken in each second, mails go to SMTP_URL.
import { createScheduler } from '../../../../src/compose/create-scheduler.js';
import { billing } from '../../../../src/modules/billing/index.js';
import { notifications, smtp } from '../../../../src/modules/notifications/index.js';

const { DATABASE_URL = '', SMTP_URL = '', PORTAL_URL = '', LINK_SECRET = '' } = process.env;

const scheduler = createScheduler({
  ...{
    databaseUrl: DATABASE_URL,
    subscriptions: false,
    batchCron: '* * * * * *',
    heartbeatS: 0.2,
    tick: '* * * * * *',
  },
  modules: [
    billing({ portalUrl: PORTAL_URL, linkSecret: LINK_SECRET }),
    notifications({ from: 'shop@shop.example', transport: smtp(SMTP_URL) }),
  ],
});
await scheduler.start();
process.stdout.write(`${JSON.stringify({ message: 'up' })}\n`);
