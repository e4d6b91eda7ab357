// What waits in hand, and what waits behind it: pauses are obeyed until a call begins, and rows without a next run are not held up.
import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '../../support/database.js';
import { addSubscription, eachOnItsBench, rowOf, runAll, type Bench } from '../support.js';

let database: TestDatabase;
let bench: Bench;

eachOnItsBench('2026-03-13T12:00:00Z', (made) => ({ database, bench } = made));

describe('an occurrence that was claimed ahead', () => {
  const signal = new AbortController().signal;
  const claimAndWait = async () => {
    const { items } = await bench.source.claim({ limit: 5 });
    await sleep(150); // longer than a claim is taken on trust
    return items;
  };
  const execute = async (items: Awaited<ReturnType<typeof claimAndWait>>) =>
    Promise.all(items.map(async (item) => (await bench.source.execute(item, { signal, runId: null })).kind));

  it.each([
    ['paused', `UPDATE subscriptions SET paused_until = '2026-04-01'`],
    ['switched off', 'UPDATE subscriptions SET active = false'],
    ['deleted', 'DELETE FROM subscriptions'],
  ])('is not called when its subscription was %s since', async (_what, sql) => {
    await addSubscription(database, { nextRunAt: '2026-03-13T09:00:00Z' });
    const items = await claimAndWait();
    await database.pool.query(sql);
    expect(await execute(items)).toEqual(['released']);
    expect(bench.calls).toEqual([]);
    await bench.source.release(items);
    expect((await bench.source.claim({ limit: 5 })).items).toEqual([]);
  });

  it('is called when nothing was changed, and when the pause was lifted again', async () => {
    await addSubscription(database, { nextRunAt: '2026-03-13T09:00:00Z' });
    await addSubscription(database, { nextRunAt: '2026-03-13T09:00:00Z' });
    const items = await claimAndWait();
    await database.pool.query(`UPDATE subscriptions SET paused_until = '2026-04-01' WHERE id = $1`, [items[0]?.id]);
    await database.pool.query(`UPDATE subscriptions SET paused_until = NULL`);
    expect(await execute(items)).toEqual(['completed', 'completed']);
    expect(bench.calls).toHaveLength(2);
  });
});

describe('rows without a next run', () => {
  it('are run while more than a chunk is due', async () => {
    for (let index = 0; index < 60; index += 1) {
      await addSubscription(database, {
        nextRunAt: '2026-03-10T09:00:00Z',
        tenantId: `t${index % 3}`,
        schedule: { misfire: 'all' },
      });
    }
    const fresh = [await addSubscription(database), await addSubscription(database)];
    for (let claims = 0; claims < 3; claims += 1) {
      await runAll(bench.source, (await bench.source.claim({ limit: 10 })).items);
      await sleep(210); // between fair claims they are looked for now and then
    }
    for (const id of fresh) expect(await rowOf(database, id)).toMatchObject({ status: 'completed' });
    expect((await bench.source.claim({ limit: 100 })).items.length).toBeGreaterThan(10);
  });
});
