// Imports one list with the lists module, and reports the duration and the memory that it used.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createScheduler } from '../../src/index.js';
import { lists } from '../../src/modules/lists/index.js';
import { answer, timed } from '../support/programs/contest.js';

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
const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
await pool.query('SELECT');
interface Seen {
  readonly status: string;
  readonly fetched: number;
  readonly inserted: number;
  readonly error: string | null;
}
const rss: number[] = [];
const timer = setInterval(() => rss.push(process.memoryUsage.rss() / 2 ** 20), 100);
/** The result of `listing.get` without its transaction under row-level security, because reading the progress is not measured. */
const look = async (id: string): Promise<Seen> =>
  (
    await pool.query<Seen>(
      'SELECT status, fetched::int, inserted::int, error FROM punctual.batch_lists WHERE id = $1',
      [id],
    )
  ).rows[0]!;
const result = await timed(size, async () => {
  const { list } = await listing.create(owner, { name: 'bench', audience: 'everyone', priority: 'normal' });
  for (;;) {
    const { status, fetched, inserted, error } = await look(list.id);
    if (status === 'failed') throw new Error(error ?? 'the import failed');
    if (status === 'completed') {
      if (fetched === size && inserted === size - Math.floor(size / 20)) return;
      throw new Error(`${fetched} fetched, ${inserted} inserted`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});
clearInterval(timer);
await scheduler.stop();
answer({ ...result, rss });
