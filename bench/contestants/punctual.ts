// Punctual as a host uses it: createScheduler with a worker URL, and one trigger for everything that is due.
import { createLogger, createScheduler } from '../../src/index.js';
import { answer, contestInput, timed } from '../support/programs/contest.js';
import { migrated } from '../support/database.js';
import { seedSubscriptions } from '../support/subscriptions.js';

const { databaseUrl, receiverUrl, count, warmUp, parallel, batchSize } = contestInput();
await migrated(databaseUrl);
const scheduler = createScheduler({
  databaseUrl,
  enabled: false,
  ...(process.env['BENCH_LOG'] ? { logger: createLogger({ level: 'debug', format: 'pretty' }) } : {}),
  subscriptions: { workerUrl: receiverUrl, parallel, ...(batchSize ? { batchSize } : {}) },
});
await seedSubscriptions(databaseUrl, { due: warmUp });
await scheduler.start();
const drainAll = async (): Promise<number> => {
  const run = await scheduler.trigger('subscriptions', { by: 'bench' });
  if (run.error) throw new Error(run.error);
  return run.counts.successful;
};
if ((await drainAll()) !== warmUp) throw new Error('the warm-up did not drain everything');
await seedSubscriptions(databaseUrl, { due: count });
let drained = 0;
const result = await timed(count, async () => (drained = await drainAll()));
if (drained !== count) throw new Error(`drained ${drained} of ${count}`);
await scheduler.stop();
answer(result);
