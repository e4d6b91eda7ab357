// A host that serves the routes of notifications and delivers them in the same process, until its parent ends.
import express from 'express';
import type { AddressInfo } from 'node:net';
import { createScheduler } from '../../src/index.js';
import { notifications, smtp } from '../../src/modules/notifications/index.js';
import { createModulesApi } from '../../src/routes/index.js';

const { databaseUrl, smtpUrl } = JSON.parse(process.argv[2] ?? '{}') as { databaseUrl: string; smtpUrl: string };
const modules = [notifications({ from: 'shop@bench.example', transport: smtp(smtpUrl) })];
const scheduler = createScheduler({ databaseUrl, subscriptions: false, modules });
await scheduler.start();
const user = { name: 'u', userId: 'u', workspaceId: null };
const app = express();
app.use('/api', createModulesApi(scheduler, { authenticateUser: () => user }).router);
const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit(0));
