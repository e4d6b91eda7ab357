// A process with the upkeep module that cleans as soon as it is up, and says when it is through.
import { createScheduler } from '../../../src/compose/create-scheduler.js';
import { upkeep } from '../../../src/modules/upkeep/index.js';

const { DATABASE_URL = '' } = process.env;
const say = (message: string, more: object = {}): void =>
  void process.stdout.write(`${JSON.stringify({ message, ...more })}\n`);

const scheduler = createScheduler({
  ...{ databaseUrl: DATABASE_URL, subscriptions: false, modules: [upkeep()], batchCron: null, heartbeatS: 0.2 },
});
await scheduler.start();
say('up');
const { finished } = await scheduler.batch.begin({ by: 'test', only: ['cleanup'] });
say('pass', (await finished).results);
