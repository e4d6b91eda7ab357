// Sends mails, stored beforehand, with the notifications module, and reports the duration.
import pg from 'pg';
import { createScheduler } from '../../src/index.js';
import { notifications, smtp } from '../../src/modules/notifications/index.js';
import { answer, timed } from '../support/programs/contest.js';

const { databaseUrl, smtpUrl, size, parallel } = JSON.parse(process.argv[2] ?? '{}') as {
  databaseUrl: string;
  smtpUrl: string;
  size: number;
  parallel: number;
};
// a rate limit so high that it never applies, but its accounting is on
const options = { from: 'shop@bench.example', transport: smtp(smtpUrl), concurrency: parallel, ratePerS: 1_000_000 };
const module = notifications(options);
const at = { databaseUrl, subscriptions: false as const };
const storing = createScheduler({ ...at, modules: [module], queue: { worker: false } });
await storing.start();
const templateData = {
  title: 'A benchmark',
  body: 'One line.\n\nAnd another.',
  action: { label: 'Open', url: 'https://bench.example/1' },
};
const mails = Array.from({ length: size }, (_, n) => ({ to: `u${n}@bench.example`, type: 'immediate', templateData }));
await storing.module(module).notifier.sendMany(mails);
await storing.queue.admin.patchQueue('notifications', { paused: true });
await storing.stop();

const sending = notifications({ ...options, transport: smtp(smtpUrl) });
const scheduler = createScheduler({ ...at, modules: [sending] });
const { admin } = scheduler.queue;
// what starts beforehand is not measured: the bare loop has nothing of the kind
await scheduler.start();
const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
/** With one look into an index: looking is not what is measured. */
const isDone = async (): Promise<boolean> =>
  (
    await pool.query(
      "SELECT FROM punctual.jobs WHERE completed_at IS NULL AND NOT blocked AND type = 'notification.email' LIMIT 1",
    )
  ).rowCount === 0;
const result = await timed(size, async () => {
  await admin.patchQueue('notifications', { paused: false });
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 20));
});
await pool.end();
await scheduler.stop();
answer(result);
