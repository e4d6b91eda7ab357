// Occurrences whose time has passed: each policy, its ledger and its plan being written down before anything runs.
import { describe, expect, it } from '@jest/globals';
import { claimDueSubscriptions } from '../../src/db/subscriptions/claim/claim-due.js';
import type { TestDatabase } from '../support/database.js';
import { addSubscription, broken, eachOnItsBench, ledgerOf, ok, rowOf, type Bench } from './support.js';

let database: TestDatabase;
let bench: Bench;

eachOnItsBench('2026-03-13T12:00:00Z', (made) => ({ database, bench } = made));

const at = (text: string): Date => new Date(text);
/** Due since 10 March at 09:00; the 11th, 12th and 13th passed as well. */
const addLate = (schedule: Record<string, unknown>): Promise<string> =>
  addSubscription(database, { schedule, nextRunAt: '2026-03-10T09:00:00Z' });
const days = (): number[] => bench.calls.map(({ scheduledFor }) => scheduledFor.getUTCDate());

describe('once', () => {
  it('runs the latest, folds the others into it, and goes on', async () => {
    const id = await addLate({ misfire: 'once' });
    await bench.drain();
    expect(bench.calls).toMatchObject([{ scheduledFor: at('2026-03-13T09:00:00Z'), missedCount: 3 }]);
    expect(await ledgerOf(database, id)).toMatchObject([
      {
        outcome: 'coalesced',
        scheduled_for: at('2026-03-10T09:00:00Z'),
        last_scheduled_for: at('2026-03-12T09:00:00Z'),
        occurrences: 3,
      },
      { outcome: 'completed', scheduled_for: at('2026-03-13T09:00:00Z'), occurrences: 1 },
    ]);
    expect(await rowOf(database, id)).toMatchObject({ next_run_at: at('2026-03-14T09:00:00Z'), missed_count: 0 });
  });

  it('keeps its plan when the claim is given back, and when its instance dies', async () => {
    const id = await addLate({ misfire: 'once' });
    const first = await bench.source.claim({ limit: 1 });
    await bench.source.release(first.items);
    expect(await rowOf(database, id)).toMatchObject({
      scheduled_for: at('2026-03-13T09:00:00Z'),
      missed_count: 3,
      attempt: 0,
    });
    await bench.source.claim({ limit: 1 });
    await database.db.transaction((tx) => bench.source.rescue(tx, [bench.instanceId]));
    await bench.drain();
    expect(bench.calls).toMatchObject([{ scheduledFor: at('2026-03-13T09:00:00Z'), missedCount: 3, attempt: 2 }]);
    expect((await ledgerOf(database, id)).map(({ outcome }) => outcome)).toEqual(['coalesced', 'completed']);
  });
});

describe('skip', () => {
  it.each([1, 2])(
    'runs what a crash has cut off in its first attempt, however late that is (crashes: %d)',
    async (crashes) => {
      bench.now = at('2026-03-13T09:00:05Z');
      const id = await addSubscription(database, { schedule: { misfire: 'skip' }, nextRunAt: '2026-03-13T09:00:00Z' });
      for (let crash = 1; crash <= crashes; crash += 1) {
        await bench.source.claim({ limit: 1 });
        await database.db.transaction((tx) => bench.source.rescue(tx, [bench.instanceId]));
      }
      bench.now = at('2026-03-13T09:30:00Z');
      await bench.drain();
      expect(bench.calls).toMatchObject([{ scheduledFor: at('2026-03-13T09:00:00Z'), attempt: crashes + 1 }]);
      expect((await ledgerOf(database, id)).map(({ outcome }) => outcome)).toEqual(['completed']);
    },
  );

  it('runs nothing that is later than the grace, and counts it', async () => {
    const id = await addLate({ misfire: 'skip' });
    const { items, skipped } = await bench.source.claim({ limit: 10 });
    expect({ items, skipped }).toEqual({ items: [], skipped: 4 });
    expect(await ledgerOf(database, id)).toMatchObject([{ outcome: 'skipped', occurrences: 4, attempts: 0 }]);
    expect(await rowOf(database, id)).toMatchObject({
      status: 'completed',
      next_run_at: at('2026-03-14T09:00:00Z'),
      attempt: 0,
      claimed_by: null,
    });
  });

  it('runs what is within the grace', async () => {
    const id = await addLate({ misfire: 'skip', misfire_grace_s: 4 * 3_600 });
    await bench.drain();
    expect(days()).toEqual([13]);
    expect((await ledgerOf(database, id)).map(({ outcome, occurrences }) => [outcome, occurrences])).toEqual([
      ['skipped', 3],
      ['completed', 1],
    ]);
  });

  it('does not count the place in the spread as being late', async () => {
    const id = await addSubscription(database, {
      schedule: { misfire: 'skip', spread_s: 7_200, time: '09:00' },
      nextRunAt: '2026-03-10T09:00:00Z',
    });
    bench.now = at('2026-03-10T09:00:01Z');
    await bench.drain();
    const next = (await rowOf(database, id)).next_run_at as Date;
    expect(next.getTime()).toBeGreaterThan(at('2026-03-11T09:01:00Z').getTime());
    bench.now = new Date(next.getTime() + 1_000);
    await bench.drain();
    expect(days()).toEqual([10, 11]);
  });
});

describe('all', () => {
  it('runs each missed one in turn, by its own nominal time', async () => {
    const id = await addLate({ misfire: 'all' });
    await bench.drain(1);
    expect(days()).toEqual([10, 11, 12, 13]);
    expect(await rowOf(database, id)).toMatchObject({ next_run_at: at('2026-03-14T09:00:00Z') });
    expect((await ledgerOf(database, id)).map(({ outcome }) => outcome)).toEqual(Array(4).fill('completed'));
  });

  it('runs no more than the cap, the latest ones', async () => {
    const id = await addLate({ misfire: 'all', misfire_cap: 2 });
    await bench.drain(1);
    expect(days()).toEqual([12, 13]);
    expect(await ledgerOf(database, id)).toMatchObject([
      { outcome: 'skipped', occurrences: 2 },
      { outcome: 'completed' },
      { outcome: 'completed' },
    ]);
  });
});

/** A claim whose instance dies before its plan is written. */
async function claimAndDie(): Promise<void> {
  const request = { instanceId: bench.instanceId, limit: 1, now: bench.now, nominalUntil: null };
  expect((await claimDueSubscriptions(database.db, request)).rows).toHaveLength(1);
  await database.db.transaction((tx) => bench.source.rescue(tx, [bench.instanceId]));
}

describe('an instance that dies between its claim and its plan', () => {
  it.each([1, 2])('lets nothing run that the policy leaves out (deaths: %i)', async (deaths) => {
    const id = await addLate({ misfire: 'skip' });
    for (let death = 1; death <= deaths; death += 1) await claimAndDie();
    await bench.drain();
    expect(days()).toEqual([]);
    expect(await ledgerOf(database, id)).toMatchObject([{ outcome: 'skipped', occurrences: 4, attempts: 0 }]);
    expect(await rowOf(database, id)).toMatchObject({ next_run_at: at('2026-03-14T09:00:00Z'), attempt: 0 });
  });

  it('folds what was missed into the latest all the same', async () => {
    await addLate({ misfire: 'once' });
    await claimAndDie();
    await bench.drain();
    expect(bench.calls).toMatchObject([{ scheduledFor: at('2026-03-13T09:00:00Z'), missedCount: 3, attempt: 2 }]);
  });

  it('does not take an attempt away from an occurrence that has failed and waits for its retry', async () => {
    const id = await addSubscription(database, { schedule: { misfire: 'skip' }, nextRunAt: '2026-03-13T12:00:00Z' });
    bench.answer = () => broken();
    await bench.drain();
    bench.now = at('2026-03-13T13:00:00Z');
    await claimAndDie();
    bench.answer = () => ok;
    await bench.drain();
    expect(bench.calls.map(({ scheduledFor, attempt }) => [scheduledFor, attempt])).toEqual([
      [at('2026-03-13T12:00:00Z'), 1],
      [at('2026-03-13T12:00:00Z'), 3],
    ]);
    expect(await ledgerOf(database, id)).toMatchObject([{ outcome: 'completed' }]);
  });
});

it('a plan that comes too late is not carried out', async () => {
  await addLate({ misfire: 'once' });
  const source = bench.source.forRun({
    runId: null,
    nominalUntil: null,
    claimer: async () => {
      const request = { instanceId: bench.instanceId, limit: 1, now: bench.now, nominalUntil: null };
      const { rows } = await claimDueSubscriptions(database.db, request);
      await database.db.transaction((tx) => bench.source.rescue(tx, [bench.instanceId]));
      return { rows, exhausted: true };
    },
  });
  expect((await source.claim({ limit: 1 })).items).toEqual([]);
});
