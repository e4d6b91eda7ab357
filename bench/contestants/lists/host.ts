// A host that serves the routes of batch lists to one user and reports the memory that it uses, until its parent ends.
import express from 'express';
import type { AddressInfo } from 'node:net';
import { createScheduler } from '../../../src/index.js';
import { lists } from '../../../src/modules/lists/index.js';
import { createModulesApi } from '../../../src/routes/index.js';
import { OWNER } from './settings.js';

const LOOK_MS = 50;

const { databaseUrl } = JSON.parse(process.argv[2] ?? '{}') as { databaseUrl: string };
const scheduler = createScheduler({ databaseUrl, subscriptions: false, modules: [lists()] });
await scheduler.start();
const rss: number[] = [];
setInterval(() => rss.push(process.memoryUsage.rss() / 2 ** 20), LOOK_MS);
const app = express();
app.use('/api', createModulesApi(scheduler, { authenticateUser: () => ({ name: 'bench', ...OWNER }) }).router);
// megabytes, since it was last asked
app.get('/memory', (_request, response) => void response.json(rss.splice(0)));
const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit(0));
