// What was left behind is deleted: silent uploads, deletions that broke off, and lists past their time.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startLists, type ListsKit } from './support.js';

let database: TestDatabase;
let kit: ListsKit;
beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startLists(database, { keepDays: 30 }, { worker: false, keyFor: [] });
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
