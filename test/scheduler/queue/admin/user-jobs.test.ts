// The application's users: each sees their own workspace's jobs and no others, even through a query without conditions.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { enterUserScope } from '../../../../src/db/queue/admin-queries/user-scope.js';
import { bury, defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startQueue, workOnce, type TestQueue } from '../support.js';

let database: TestDatabase;
let kit: TestQueue;
const ids: Record<string, string> = {};
const mine = { userId: 'ann', workspaceId: 'w1' };
const theirs = { userId: 'ben', workspaceId: 'w2' };
const alone = { userId: 'cid', workspaceId: null };
const note = defineJob({
  type: 'note',
  schema: z.object({ delivery_method: z.string() }),
  run: (ctx) => ctx.log.info('done'),
});

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startQueue(database, { jobs: [note], start: false });
  const payload = { delivery_method: 'mail' };
  for (const [name, options] of Object.entries({
    mine: { workspaceId: 'w1', userId: 'ann' },
    colleague: { workspaceId: 'w1', userId: 'dan' },
    theirs: { workspaceId: 'w2', userId: 'ann' },
    alone: { userId: 'cid' },
    nobody: {},
  })) {
    ids[name] = (await kit.queue.enqueue(note, payload, options)).id;
  }
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});

const seen = async (scope: Parameters<typeof kit.queue.users.list>[0]): Promise<string[]> => {
  const { items } = await kit.queue.users.list(scope);
  return items.map((job) => Object.keys(ids).find((name) => ids[name] === job.id) ?? '?').sort();
};

describe('users', () => {
  it('see the jobs of their workspace, or their own without one', async () => {
    expect(await seen(mine)).toEqual(['colleague', 'mine']);
    expect(await seen(theirs)).toEqual(['theirs']);
    expect(await seen(alone)).toEqual(['alone']);
    expect(await seen({ userId: 'ann', workspaceId: null })).toEqual([]);
  });

  it('read nothing across, by id, by logs or by cancelling', async () => {
    const id = ids['theirs'] ?? '';
    const missing = { code: 'JOB_NOT_FOUND' };
    await expect(kit.queue.users.get(mine, id)).rejects.toMatchObject(missing);
    await expect(kit.queue.users.logs(mine, id)).rejects.toMatchObject(missing);
    await expect(kit.queue.users.cancel(mine, id)).rejects.toMatchObject(missing);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'pending' });
  });

  it('are kept apart by the database itself: a query without conditions shows no more, and nothing can be changed', async () => {
    expect(await kit.queue.users.isolated()).toBe(true);
    const all = await database.db.transaction(async (tx) => {
      await enterUserScope(tx, mine);
      const { rows } = await tx.query<{ id: string }>('SELECT id FROM {schema}.jobs');
      return rows.map((row) => row.id);
    });
    expect(all.sort()).toEqual([ids['mine'], ids['colleague']].sort());
    const change = database.db.transaction(async (tx) => {
      await enterUserScope(tx, mine);
      await tx.query(`UPDATE {schema}.jobs SET status = 'dead'`);
    });
    await expect(change).rejects.toThrow(/permission denied/);
    const { rows } = await database.pool.query<{ who: string }>('SELECT current_user AS who');
    expect(rows[0]?.who).not.toBe('punctual_user');
  });

  it('cancel what is pending, read logs and counts of what has run', async () => {
    expect(await kit.queue.users.cancel(mine, ids['mine'] ?? '')).toMatchObject({ status: 'cancelled' });
    await workOnce(kit.queue);
    await expect(kit.queue.users.cancel(mine, ids['colleague'] ?? '')).rejects.toMatchObject({
      code: 'JOB_NOT_PENDING',
    });
    const { items } = await kit.queue.users.logs(mine, ids['colleague'] ?? '');
    expect(items).toEqual([expect.objectContaining({ message: 'done' })]);
    expect(await kit.queue.users.metrics(mine, 24)).toMatchObject({
      total: 2,
      succeeded: 1,
      statuses: { cancelled: 1, completed: 1 },
      deliveryMethods: { mail: 2 },
      recentFailures: [],
    });
  });

  it('cancel what waits for others, with all that waits for it', async () => {
    const scope = { userId: 'flo', workspaceId: 'w7' };
    const payload = { delivery_method: 'mail' };
    const first = await kit.queue.enqueue(note, payload, scope);
    const waits = await kit.queue.flows.after(note, payload, { after: [first.id], ...scope });
    const last = await kit.queue.flows.after(note, payload, { after: [waits.id], ...scope });
    expect((await kit.queue.users.get(scope, waits.id)).status).toBe('waiting');
    expect(await kit.queue.users.cancel(scope, waits.id)).toMatchObject({ status: 'cancelled' });
    expect(await kit.queue.users.get(scope, last.id)).toMatchObject({
      status: 'cancelled',
      errorCode: 'DEPENDENCY_FAILED',
    });
    await workOnce(kit.queue);
    expect((await kit.queue.users.get(scope, first.id)).status).toBe('completed');
    expect((await kit.queue.users.get(scope, waits.id)).status).toBe('cancelled');
  });

  it('see failures of the hours they ask for, and no older ones', async () => {
    const fails = defineJob({ ...note, type: 'fails', run: () => bury('no') });
    const broken = await startQueue(database, { jobs: [fails], start: false });
    const scope = { userId: 'eve', workspaceId: 'w5' };
    const enqueue = async () => (await broken.queue.enqueue(fails, { delivery_method: 'mail' }, scope)).id;
    const [now, before] = [await enqueue(), await enqueue()];
    await workOnce(broken.queue);
    await database.pool.query(`UPDATE punctual.jobs SET created_at = now() - interval '3 hours' WHERE id = $1`, [
      before,
    ]);
    const failures = async (hours: number): Promise<string[]> =>
      (await broken.queue.users.metrics(scope, hours)).recentFailures.map(({ id }) => id);
    expect(await failures(2)).toEqual([now]);
    expect((await failures(4)).sort()).toEqual([now, before].sort());
    await broken.stop();
  });
});
