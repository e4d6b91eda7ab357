// Drains a large number of subscriptions and samples the memory of the process.
import { createScheduler } from '../../src/index.js';
import { answer, contestInput } from '../support/programs/contest.js';
import { migrated } from '../support/database.js';
import { seedSubscriptions } from '../support/subscriptions.js';

const { databaseUrl, receiverUrl, count, parallel } = contestInput();
await migrated(databaseUrl);
await seedSubscriptions(databaseUrl, { due: count });
const scheduler = createScheduler({ databaseUrl, enabled: false, subscriptions: { workerUrl: receiverUrl, parallel } });
await scheduler.start();
const rss: number[] = [];
const timer = setInterval(() => rss.push(process.memoryUsage.rss() / 2 ** 20), 250);
const since = performance.now();
let done = 0;
while (done < count) {
  const { counts, error } = await scheduler.trigger('subscriptions', { by: 'bench' });
  if (error !== null || counts.successful === 0) throw new Error(error ?? 'nothing was drained');
  done += counts.successful;
}
clearInterval(timer);
const seconds = (performance.now() - since) / 1_000;
await scheduler.stop();
answer({ rss, seconds, count: done });
