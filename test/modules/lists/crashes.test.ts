// Workers killed in the middle of an import: another goes on at the checkpoint, nothing is lost and nothing is there twice.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { scriptedApi, startLists, type ListsKit, type ScriptedApi } from './support.js';
import { createListWorkers, expectExact, pageOf, PAGES, PER_PAGE, type ListWorkers } from './workers.js';

const ann = { user: 'ann', workspace: 'w1' };
const key = randomBytes(32);

let database: TestDatabase;
let api: ScriptedApi;
let kit: ListsKit;
let workers: ListWorkers;
/** Called with the number of each page that is asked for, before it is answered. */
let onPage: (page: number) => void = () => {};

beforeAll(async () => {
  database = await createTestDatabase();
  api = await scriptedApi((page) => {
    onPage(page);
    return { body: pageOf(page) };
  });
  kit = await startLists(database, { membersApiUrl: api.url }, { worker: false, key });
  workers = createListWorkers({ databaseUrl: database.url, membersApiUrl: api.url, key });
});
afterAll(async () => {
  await workers.killAll();
  await kit.stop();
  await api.close();
  await database.close();
});

describe('a worker that is killed', () => {
  it('while it fetches, stores, and after it has committed: the next one is exact in the end', async () => {
    const { id } = await kit.create(ann);
    const inserted = async (): Promise<number> => (await kit.get(ann, id)).progress.inserted;

    // before any page has been answered
    let first = await workers.start();
    await new Promise<void>((resolve) => (onPage = () => resolve()));
    await workers.kill(first);

    // with pages in flight, some of which are stored
    first = await workers.start();
    await new Promise<void>((resolve) => (onPage = (page) => page > 12 && resolve()));
    await workers.kill(first);
    expect(await inserted()).toBeLessThan(PAGES * (PER_PAGE - 1));

    // in the middle of the statement that stores: it waits for a lock that the test holds
    const holder = await database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE punctual.batch_list_members IN SHARE MODE');
    onPage = () => {};
    first = await workers.start();
    await waitFor(
      async () =>
        (
          await database.pool.query(
            `SELECT FROM pg_locks WHERE NOT granted AND relation = 'punctual.batch_list_members'::regclass`,
          )
        ).rowCount === 1,
    );
    await workers.kill(first);
    await holder.query('COMMIT');
    holder.release();

    // as soon as it has committed something
    const before = await inserted();
    first = await workers.start();
    // unless the statement of the killed one was in time to store all that was left
    await waitFor(
      async () => {
        const { status, progress } = await kit.get(ann, id);
        return progress.inserted > before || status === 'completed';
      },
      { everyMs: 5, timeoutMs: 30_000 },
    );
    await workers.kill(first);

    await workers.start();
    await expectExact(kit, database.pool, ann, id);
  }, 120_000);

  it('is not needed: one that stood still and was taken for dead stores nothing over its successor', async () => {
    const owner = { user: 'ann', workspace: 'w2' };
    await workers.killAll();
    const { id } = await kit.create(owner);
    const fence = async (): Promise<number> =>
      (await database.pool.query<{ fence: number }>('SELECT fence FROM punctual.batch_lists WHERE id = $1', [id]))
        .rows[0]?.fence ?? 0;
    const lease = { LEASE_S: '5', HEARTBEAT_S: '1' };
    const stopped = await workers.start(lease);
    await new Promise<void>((resolve) => (onPage = (page) => page > 8 && resolve()));
    stopped.signal('SIGSTOP');
    onPage = () => {};
    await workers.start(lease);
    await waitFor(async () => (await fence()) >= 2, { timeoutMs: 90_000 });
    stopped.signal('SIGCONT');
    await expectExact(kit, database.pool, owner, id);
  }, 120_000);
});
