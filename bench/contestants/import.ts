// Imports one list with the batch lists of the package, and says how long it took and how much memory it held.
import { randomBytes } from 'node:crypto';
import { createScheduler } from '../../src/index.js';
import { lists } from '../../src/modules/lists/index.js';
import { answer } from '../support/contest.js';

const { databaseUrl, apiUrl, size, parallel } = JSON.parse(process.argv[2] ?? '{}') as {
  databaseUrl: string;
  apiUrl: string;
  size: number;
  parallel: number;
};
const module = lists({ membersApiUrl: apiUrl, parallelPages: parallel });
const queue = { encryptionKeys: [{ id: 'bench', key: randomBytes(32) }] };
const scheduler = createScheduler({ databaseUrl, subscriptions: false, modules: [module], queue });
await scheduler.start();
await scheduler.workspaceKeys?.save('w', 'members', 'key');
const { listing } = scheduler.module(module);
const owner = { userId: 'u', workspaceId: 'w' };
const rss: number[] = [];
const timer = setInterval(() => rss.push(process.memoryUsage.rss() / 2 ** 20), 100);
const since = performance.now();
const { list } = await listing.create(owner, { name: 'bench', audience: 'everyone', priority: 'normal' });
for (;;) {
  const { status, fetched, inserted, error } = await listing.get(owner, list.id);
  if (status === 'failed') throw new Error(error ?? 'the import failed');
  if (status === 'completed') {
    if (fetched !== size || inserted !== size - Math.floor(size / 20))
      throw new Error(`${fetched} fetched, ${inserted} inserted`);
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const seconds = (performance.now() - since) / 1_000;
clearInterval(timer);
await scheduler.stop();
answer({ seconds, rss });
