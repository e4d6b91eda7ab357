// Sends mails, stored beforehand, with the notifications module, and reports the duration.
import { createScheduler } from '../../src/index.js';
import { notifications, smtp } from '../../src/modules/notifications/index.js';
import { answer, timed } from '../support/contest.js';

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
await storing.stop();

const sending = notifications({ ...options, transport: smtp(smtpUrl) });
const scheduler = createScheduler({ ...at, modules: [sending], queue: { concurrency: 50 } });
const left = async (): Promise<number> =>
  (await scheduler.queue.admin.list({ status: ['pending', 'processing', 'failed'], type: 'notification.email' })).items
    .length;
const result = await timed(size, async () => {
  await scheduler.start();
  while ((await left()) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
});
await scheduler.stop();
answer(result);
