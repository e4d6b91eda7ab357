// Workers killed in the middle of an import: another goes on at the checkpoint, nothing is lost and nothing is there twice.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startProcess, type RunningProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';
import { member, numbered, scriptedApi, startLists, type Caller, type ListsKit, type ScriptedApi } from './support.js';

const PAGES = 40;
const PER_PAGE = 25;
const ann = { user: 'ann', workspace: 'w1' };
const key = randomBytes(32);

let database: TestDatabase;
let api: ScriptedApi;
let kit: ListsKit;
const workers = new Set<RunningProcess>();
/** Called with the number of each page that is asked for, before it is answered. */
let onPage: (page: number) => void = () => {};

beforeAll(async () => {
  database = await createTestDatabase();
  // every page has one member that another page has too
  const membersOf = (page: number) => [
    ...Array.from({ length: PER_PAGE - 1 }, (_, n) => member((page - 1) * PER_PAGE + n)),
    { ...member((page % PAGES) * PER_PAGE), id: `again-${page}` },
  ];
  api = await scriptedApi((page) => {
    onPage(page);
    return { body: numbered(membersOf(page), page, PAGES, PAGES * PER_PAGE) };
  });
  kit = await startLists(database, { membersApiUrl: api.url }, { worker: false, key });
});
afterAll(async () => {
  for (const worker of workers) await worker.stop('SIGKILL');
  await kit.stop();
  await api.close();
  await database.close();
});

async function startWorker(): Promise<RunningProcess> {
  const worker = await startProcess({
    script: 'src/cli/punctual.ts',
    args: ['worker', 'start'],
    ready: /worker started/,
    env: {
      DATABASE_URL: database.url,
      ENCRYPTION_KEYS: `test:${key.toString('base64')}`,
      MEMBERS_API_URL: api.url,
      MIGRATE_ON_START: 'false',
      NODE_ENV: 'test',
    },
  });
  workers.add(worker);
  return worker;
}

async function kill(worker: RunningProcess): Promise<void> {
  await worker.stop('SIGKILL');
  workers.delete(worker);
}

async function expectExact(id: string, owner: Caller = ann): Promise<void> {
  const { progress } = await kit.reaches(owner, id, 'completed');
  const counts = {
    pages: PAGES,
    fetched: PAGES * PER_PAGE,
    inserted: PAGES * (PER_PAGE - 1),
    duplicates: PAGES,
    invalid: 0,
  };
  expect(progress).toMatchObject(counts);
  const { rows } = await database.pool.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM punctual.batch_list_members WHERE list_id = $1',
    [id],
  );
  expect(rows).toEqual([{ n: counts.inserted }]);
}

describe('a worker that is killed', () => {
  it('while it fetches, stores, and after it has committed: the next one is exact in the end', async () => {
    const { id } = await kit.create(ann);
    const inserted = async (): Promise<number> => (await kit.get(ann, id)).progress.inserted;

    // before any page has been answered
    let first = await startWorker();
    await new Promise<void>((resolve) => (onPage = () => resolve()));
    await kill(first);

    // with pages in flight, some of which are stored
    first = await startWorker();
    await new Promise<void>((resolve) => (onPage = (page) => page > 12 && resolve()));
    await kill(first);
    expect(await inserted()).toBeLessThan(PAGES * (PER_PAGE - 1));

    // in the middle of the statement that stores: it waits for a lock that the test holds
    const holder = await database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE punctual.batch_list_members IN SHARE MODE');
    onPage = () => {};
    first = await startWorker();
    await waitFor(
      async () =>
        (
          await database.pool.query(
            `SELECT FROM pg_locks WHERE NOT granted AND relation = 'punctual.batch_list_members'::regclass`,
          )
        ).rowCount === 1,
    );
    await kill(first);
    await holder.query('COMMIT');
    holder.release();

    // as soon as it has committed something
    const before = await inserted();
    first = await startWorker();
    await waitFor(async () => (await inserted()) > before, { everyMs: 5 });
    await kill(first);

    await startWorker();
    await expectExact(id);
  }, 120_000);

  it('is not needed: one that stood still and was taken for dead stores nothing over its successor', async () => {
    const owner = { user: 'ann', workspace: 'w2' };
    for (const worker of [...workers]) await kill(worker);
    const { id } = await kit.create(owner);
    const fence = async (): Promise<number> =>
      (await database.pool.query<{ fence: number }>('SELECT fence FROM punctual.batch_lists WHERE id = $1', [id]))
        .rows[0]?.fence ?? 0;
    const stopped = await startWorker();
    await new Promise<void>((resolve) => (onPage = (page) => page > 8 && resolve()));
    stopped.signal('SIGSTOP');
    onPage = () => {};
    await database.pool.query(`UPDATE punctual.scheduler_instances SET state = 'dead' WHERE pid = $1`, [stopped.pid]);
    await startWorker();
    await waitFor(async () => (await fence()) === 2, { timeoutMs: 30_000 });
    stopped.signal('SIGCONT');
    await expectExact(id, owner);
  }, 120_000);
});
