// The life of an occurrence: claimed, run, settled, tried again, dead, suspended; on a real database.
import { describe, expect, it } from '@jest/globals';
import { markDead } from '../../../src/db/engine/queries/instances/instances.js';
import type { TestDatabase } from '../../support/database.js';
import {
  addSubscription,
  broken,
  createBench,
  eachOnItsBench,
  ledgerOf,
  ok,
  rejected,
  rowOf,
  runAll,
  type Bench,
} from '../support.js';

let database: TestDatabase;
let bench: Bench;

eachOnItsBench('2026-03-10T09:00:00Z', (made) => ({ database, bench } = made));

describe('a due subscription', () => {
  it('runs once and goes on from its nominal time, not from when work ended', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    bench.now = new Date('2026-03-10T09:07:31Z');
    await bench.drain();
    expect(bench.calls).toEqual([
      {
        subscriptionId: id,
        userId: 'someone',
        scheduledFor: new Date('2026-03-10T09:00:00Z'),
        attempt: 1,
        missedCount: 0,
      },
    ]);
    const row = await rowOf(database, id);
    expect(row).toMatchObject({ status: 'completed', attempt: 0, scheduled_for: null, claim_token: null });
    expect(row.next_run_at).toEqual(new Date('2026-03-11T09:00:00Z'));
    expect(await ledgerOf(database, id)).toMatchObject([
      { scheduled_for: new Date('2026-03-10T09:00:00Z'), outcome: 'completed', attempts: 1 },
    ]);
  });

  it('is due at once without a next run, and then follows its schedule', async () => {
    const id = await addSubscription(database, { frequency: 'hourly', nextRunAt: null });
    await bench.drain();
    expect(bench.calls[0]?.scheduledFor).toEqual(bench.now);
    expect((await rowOf(database, id)).next_run_at).toEqual(new Date('2026-03-10T10:00:00Z'));
  });

  it('keeps to the end of the month', async () => {
    const id = await addSubscription(database, {
      frequency: 'monthly',
      schedule: { day_of_month: 31 },
      nextRunAt: '2026-01-31T09:00:00Z',
    });
    const seen: string[] = [];
    for (const now of ['2026-01-31T09:00:01Z', '2026-02-28T09:00:01Z', '2026-03-31T09:00:01Z']) {
      bench.now = new Date(now);
      await bench.drain();
      seen.push((await rowOf(database, id)).next_run_at?.toISOString() ?? '');
    }
    expect(seen).toEqual(['2026-02-28T09:00:00.000Z', '2026-03-31T09:00:00.000Z', '2026-04-30T09:00:00.000Z']);
  });

  it('runs at 09:00 of its own zone through a change of clocks', async () => {
    const id = await addSubscription(database, { timezone: 'America/New_York', nextRunAt: '2026-03-07T14:00:00Z' });
    bench.now = new Date('2026-03-07T14:00:00Z');
    await bench.drain();
    expect((await rowOf(database, id)).next_run_at).toEqual(new Date('2026-03-08T13:00:00Z'));
  });

  it('is completed without a next run when its schedule has ended, also after a dead occurrence', async () => {
    const id = await addSubscription(database, {
      schedule: { ends_on: '2026-03-10' },
      nextRunAt: '2026-03-10T09:00:00Z',
    });
    bench.answer = () => rejected;
    await bench.drain();
    expect(await rowOf(database, id)).toMatchObject({ status: 'completed', next_run_at: null, runnable: false });
    await bench.drain();
    expect(bench.calls).toHaveLength(1);
  });
});

describe('a failing subscription', () => {
  const add = () => addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });

  it('is tried again after its back-off, as the same occurrence', async () => {
    const id = await add();
    bench.answer = () => broken();
    await bench.drain();
    const waiting = await rowOf(database, id);
    expect(waiting).toMatchObject({ status: 'failed', attempt: 1, error: 'HTTP_500: no', consecutive_failures: 0 });
    expect(waiting.next_run_at).toEqual(new Date('2026-03-10T09:01:00Z'));
    bench.answer = () => ok;
    bench.now = new Date('2026-03-10T09:01:00Z');
    await bench.drain();
    expect(bench.calls[1]).toMatchObject({ attempt: 2, scheduledFor: new Date('2026-03-10T09:00:00Z') });
    expect(await rowOf(database, id)).toMatchObject({ status: 'completed', attempt: 0, error: null });
    expect(await ledgerOf(database, id)).toMatchObject([{ outcome: 'completed', attempts: 2 }]);
  });

  it('waits as long as the receiver asks', async () => {
    const id = await add();
    bench.answer = () => broken(600_000);
    await bench.drain();
    expect((await rowOf(database, id)).next_run_at).toEqual(new Date('2026-03-10T09:10:00Z'));
  });

  it('is dead after the last attempt, with the next occurrence scheduled', async () => {
    const id = await add();
    bench.answer = () => broken();
    for (const now of ['09:00:00', '09:01:00', '09:03:00']) {
      bench.now = new Date(`2026-03-10T${now}Z`);
      await bench.drain();
    }
    expect(await rowOf(database, id)).toMatchObject({ status: 'failed', attempt: 0, consecutive_failures: 1 });
    expect((await rowOf(database, id)).next_run_at).toEqual(new Date('2026-03-11T09:00:00Z'));
    expect(await ledgerOf(database, id)).toMatchObject([{ outcome: 'dead', attempts: 3 }]);
    expect(bench.events.map(({ kind }) => kind)).toEqual(['retry', 'retry', 'dead']);
  });

  it('is not tried again when that would pass its next occurrence, nor after a 422', async () => {
    const soon = await addSubscription(database, {
      frequency: 'cron',
      schedule: { cron: '* * * * *' },
      nextRunAt: '2026-03-10T09:00:00Z',
    });
    bench.answer = () => broken();
    await bench.drain();
    expect(await ledgerOf(database, soon)).toMatchObject([{ outcome: 'dead', attempts: 1 }]);
    const never = await add();
    bench.answer = () => rejected;
    await bench.drain();
    expect(await ledgerOf(database, never)).toMatchObject([{ outcome: 'dead', attempts: 1 }]);
  });

  it('is suspended after too many dead occurrences in a row, and runs no more', async () => {
    const id = await add();
    bench.answer = () => rejected;
    for (const day of ['10', '11', '12', '13']) {
      bench.now = new Date(`2026-03-${day}T09:00:00Z`);
      await bench.drain();
    }
    expect(bench.calls).toHaveLength(3);
    expect(await rowOf(database, id)).toMatchObject({ status: 'suspended', runnable: false, consecutive_failures: 3 });
    expect(bench.events.at(-1)).toMatchObject({ kind: 'dead', suspendedAfter: 3 });
  });
});

describe('a claim', () => {
  it('is given back untouched', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    const before = await rowOf(database, id);
    const { items } = await bench.source.claim({ limit: 10 });
    expect(await rowOf(database, id)).toMatchObject({ status: 'processing', claimed_by: bench.instanceId, attempt: 1 });
    await bench.source.release(items);
    const { updated_at: _then, ...after } = (await rowOf(database, id)) as unknown as Record<string, unknown>;
    expect(before).toMatchObject(after);
  });

  it('of a row without a next run keeps the name of its occurrence when its call is cut off', async () => {
    const id = await addSubscription(database, { nextRunAt: null });
    const [first] = (await bench.source.claim({ limit: 1 })).items;
    await bench.source.release([first!]);
    bench.now = new Date(bench.now.getTime() + 60_000);
    const [again] = (await bench.source.claim({ limit: 1 })).items;
    expect(again).toMatchObject({ id, scheduledForMs: first?.scheduledForMs });
    await bench.source.release([again!]);
  });

  it('takes the earliest first, keeps a place for what has no next run, and knows whether it took the last of it', async () => {
    const unscheduled = await addSubscription(database, { nextRunAt: null });
    const due = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    const late = await addSubscription(database, { nextRunAt: '2026-03-10T08:00:00Z' });
    const claimed = async (limit: number) => {
      const { items, exhausted } = await bench.source.claim({ limit });
      return { ids: items.map(({ id }) => id).sort(), exhausted };
    };
    expect(await claimed(2)).toEqual({ ids: [late, unscheduled].sort(), exhausted: false });
    expect(await claimed(1)).toEqual({ ids: [due], exhausted: false });
    expect(await claimed(1)).toEqual({ ids: [], exhausted: true });

    const more = await addSubscription(database, { nextRunAt: null });
    const dueNow = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    expect(await claimed(2)).toEqual({ ids: [dueNow, more].sort(), exhausted: true });
    expect(await claimed(1)).toEqual({ ids: [], exhausted: true });
  });

  it('is never shared by two claimers', async () => {
    for (let i = 0; i < 60; i += 1) await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    const other = await createBench(database, '2026-03-10T09:00:00Z');
    const claims = await Promise.all(
      [bench, other, bench, other, bench, other].map(({ source }) => source.claim({ limit: 13 })),
    );
    const ids = claims.flatMap(({ items }) => items.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(13);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('comes to nothing when its instance is declared dead, and a late end changes nothing', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    const { items } = await bench.source.claim({ limit: 10 });
    await database.db.query(`UPDATE {schema}.scheduler_instances SET state = 'dead' WHERE id = $1`, [bench.instanceId]);
    const rescued = await database.db.transaction((tx) => bench.source.rescue(tx, [bench.instanceId]));
    expect(rescued).toBe(1);
    expect(await rowOf(database, id)).toMatchObject({ status: 'pending', attempt: 1, claimed_by: null });
    const outcome = await bench.source.execute(items[0]!, { signal: new AbortController().signal, runId: null });
    expect(await bench.source.settle([{ item: items[0]!, outcome }])).toMatchObject({ lost: 1, successful: 0 });
    expect(await ledgerOf(database, id)).toEqual([]);
    expect((await bench.source.claim({ limit: 10 })).items).toEqual([]);
    const other = await createBench(database, '2026-03-10T09:00:05Z');
    await other.drain();
    expect(other.calls).toMatchObject([{ attempt: 2, scheduledFor: new Date('2026-03-10T09:00:00Z') }]);
  });

  it('has no attempt used up when its instance lost its life and its process lives on', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    await bench.source.claim({ limit: 10 });
    await markDead(database.db, [bench.instanceId], { leaseS: 60, surely: true });
    expect(await database.db.transaction((tx) => bench.source.rescue(tx, [bench.instanceId]))).toBe(1);
    expect(await rowOf(database, id)).toMatchObject({ status: 'pending', attempt: 0, claimed_by: null });
  });

  it('tells how long until the next one is due', async () => {
    expect(await bench.source.nextDueInMs()).toBeNull();
    await addSubscription(database, { nextRunAt: '2026-03-10T09:00:02.500Z' });
    expect(await bench.source.nextDueInMs()).toBe(2_500);
    bench.now = new Date('2026-03-10T09:00:03Z');
    expect(await bench.source.nextDueInMs()).toBe(-500);
    const { items } = await bench.source.claim({ limit: 1 });
    expect(await bench.source.nextDueInMs()).toBeNull();
    await runAll(bench.source, items);
    expect(await bench.source.nextDueInMs()).toBe(Date.parse('2026-03-11T09:00:00Z') - bench.now.getTime());
  });
});
