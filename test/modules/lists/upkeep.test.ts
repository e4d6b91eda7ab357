// What was left behind is deleted: silent uploads, deletions that broke off, and lists past their time. What was not called is called.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startLists, type ListsKit } from './support.js';

let database: TestDatabase;
let kit: ListsKit;
beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startLists(database, { keepDays: 30 }, { worker: false, keyFor: ['w1', 'w2', 'w3', 'w4'] });
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});

async function insert(status: string, age: string): Promise<string> {
  const id = randomUUID();
  await database.pool.query(
    `INSERT INTO punctual.batch_lists (id, user_id, name, audience, source, status, updated_at, completed_at)
     VALUES ($1, 'ann', 'n', 'a', 'csv', $2, now() - $3::interval, CASE WHEN $2 = 'completed' THEN now() - $3::interval END)`,
    [id, status, age],
  );
  await database.pool.query(
    `INSERT INTO punctual.batch_list_members (list_id, email_key, email)
     SELECT $1, n || '@example.com', n || '@example.com' FROM generate_series(1, 6000) n`,
    [id],
  );
  return id;
}

it('the upkeep deletes what nobody is at work on, and nothing else', async () => {
  const kept = [
    await insert('receiving', '1 minute'),
    await insert('completed', '29 days'),
    await insert('deleting', '1 second'),
  ];
  const deleted = [
    await insert('receiving', '11 minutes'),
    await insert('completed', '31 days'),
    await insert('deleting', '2 minutes'),
  ];
  const run = await kit.scheduler.trigger('lists_upkeep', { by: { name: 'test' } });
  expect(run).toMatchObject({ status: 'completed', counts: { processed: 3 } });
  const { rows } = await database.pool.query<{ id: string }>(
    'SELECT id FROM punctual.batch_lists UNION SELECT list_id FROM punctual.batch_list_members',
  );
  expect(rows.map(({ id }) => id).sort()).toEqual([...kept].sort());
  expect(rows.map(({ id }) => id)).not.toEqual(expect.arrayContaining(deleted));
}, 30_000);

const ann = { user: 'ann', workspace: 'w1' };
const bob = { user: 'bob', workspace: 'w2' };

/** Those that a worker may claim now, oldest first. */
async function dueLists(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `SELECT l.id FROM punctual.batch_lists l JOIN punctual.jobs j ON j.id = l.job_id
     WHERE l.status = 'queued' AND j.run_at <= now() ORDER BY j.run_at`,
  );
  return rows.map(({ id }) => id);
}

const upkeep = async (): Promise<void> => {
  const run = await kit.scheduler.trigger('lists_upkeep', { by: { name: 'test' } });
  expect(run).toMatchObject({ status: 'completed' });
};

it('a workspace has no more lists in the queue than may run at once, and the upkeep calls those whose call was missed', async () => {
  const made: string[] = [];
  for (let count = 0; count < 4; count += 1) made.push((await kit.create(ann)).id);
  const other = (await kit.create(bob)).id;
  expect(await dueLists()).toEqual([made[0], made[1], other]);
  const urgent = (await kit.create(ann, { priority: 'urgent' })).id;
  expect(await dueLists()).toContain(urgent);

  // as if the process that ended them had died before its call
  await database.pool.query(`UPDATE punctual.batch_lists SET status = 'completed' WHERE id = ANY ($1)`, [
    [made[0], made[1], urgent],
  ]);
  await upkeep();
  expect(await dueLists()).toEqual([other, made[2]]);
  // the second slot is free too: a call for it was missed as well
  await upkeep();
  expect(await dueLists()).toEqual([other, made[2], made[3]]);
  await kit.create(ann);
  await upkeep();
  expect(await dueLists()).toHaveLength(3);
}, 30_000);

it('nothing is called for a key whose rate limit resets much later', async () => {
  const dot = { user: 'dot', workspace: 'w4' };
  const made: string[] = [];
  for (let count = 0; count < 3; count += 1) made.push((await kit.create(dot)).id);
  const dueOf = async () => (await dueLists()).filter((id) => made.includes(id));
  await database.pool.query(`UPDATE punctual.batch_lists SET status = 'completed' WHERE id = ANY ($1)`, [
    made.slice(0, 2),
  ]);
  const blockFor = (seconds: number) =>
    database.pool.query(
      `INSERT INTO punctual.batch_list_limits VALUES ('w4', now() + $1 * interval '1 second')
       ON CONFLICT (workspace_id) DO UPDATE SET blocked_until = excluded.blocked_until`,
      [seconds],
    );
  await blockFor(900);
  await kit.listing.callNext('w4');
  await upkeep();
  expect(await dueOf()).toEqual([]);
  await blockFor(10);
  await upkeep();
  expect(await dueOf()).toEqual([made[2]]);
});

it('two lists that end at the same moment call two others, by priority', async () => {
  const cy = { user: 'cy', workspace: 'w3' };
  const made: string[] = [];
  for (const priority of ['normal', 'normal', 'low', 'normal', 'low'])
    made.push((await kit.create(cy, { priority })).id);
  const dueOf = async () => (await dueLists()).filter((id) => made.includes(id));
  expect(await dueOf()).toEqual([made[0], made[1]]);
  await database.pool.query(`UPDATE punctual.batch_lists SET status = 'completed' WHERE id = ANY ($1)`, [
    made.slice(0, 2),
  ]);
  await Promise.all([kit.listing.callNext('w3'), kit.listing.callNext('w3')]);
  expect(new Set(await dueOf())).toEqual(new Set([made[2], made[3]]));
});
