// What one can do to subscriptions: create, change, pause, resume, one or many; on a real database.
import { describe, expect, it } from '@jest/globals';
import { recomputeStale, wakePaused } from '../../src/subscriptions/schedules/recompute-stale.js';
import type { SubscriptionsApi } from '../../src/subscriptions/api/subscriptions-api.js';
import type { TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import {
  addSubscription,
  apiOf,
  createBench,
  eachOnItsBench,
  ledgerOf,
  rejected,
  rowOf,
  schedules,
  type Bench,
} from './support.js';

let database: TestDatabase;
let bench: Bench;
let api: SubscriptionsApi;

eachOnItsBench('2026-03-10T08:00:00Z', (made) => {
  ({ database, bench } = made);
  api = apiOf(database, bench);
});

const at = (text: string): Date => new Date(text);

describe('a change', () => {
  it.each(['pending', 'failed'])(
    'that leaves nothing of the schedule ends it, and sends nothing more (%s)',
    async (status) => {
      const { id } = await api.create({ userId: 'u1', schedule: { time: '09:00', timezone: 'UTC' } });
      await database.pool.query('UPDATE subscription_processing SET status = $1', [status]);
      bench.now = at('2026-03-10T08:59:00Z');
      await api.update(id, { schedule: { time: '08:00', endsOn: '2026-03-10' } });
      expect(await rowOf(database, id)).toMatchObject({ status: 'completed', next_run_at: null, runnable: false });
      await bench.drain();
      expect(bench.calls).toEqual([]);
    },
  );

  it.each(['null', '5', '"x"', '[]'])('mends a schedule that was stored as %s', async (stored) => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    await database.pool.query('UPDATE subscriptions SET schedule = $1', [stored]);
    expect(await api.update(id, { schedule: { time: '10:30', timezone: 'UTC' } })).toMatchObject({
      nextRunAt: at('2026-03-10T10:30:00Z'),
    });
  });
});

it('pauses many although a settlement locks the same rows in another order', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 2; n += 1) ids.push(await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' }));
  const lock = 'SELECT FROM subscription_processing WHERE subscription_id = $1 FOR UPDATE';
  const other = await database.pool.connect();
  try {
    await other.query('BEGIN');
    await other.query(lock, [ids[1]]);
    const pausing = api.pauseMany({ subscriptionIds: ids }, { until: null });
    await waitFor(async () => {
      const { rows } = await database.pool.query(
        `SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'`,
      );
      return rows.length > 0;
    });
    // one of the two is chosen to fail: whichever it is, all are paused in the end
    const locking = await other.query(lock, [ids[0]]).then(
      () => other.query('COMMIT'),
      () => other.query('ROLLBACK'),
    );
    expect(locking.command).toMatch(/COMMIT|ROLLBACK/);
    expect(await pausing).toEqual({ matched: 2, changed: 2, dryRun: false });
  } finally {
    other.release();
  }
  for (const id of ids) expect(await rowOf(database, id)).toMatchObject({ runnable: false });
});

describe('create', () => {
  it('has its first run at the next occurrence, in its own zone', async () => {
    const made = await api.create({
      userId: 'u1',
      tenantId: 't1',
      schedule: { frequency: 'weekly', time: '18:30', dayOfWeek: 5, timezone: 'America/New_York' },
      metadata: { plan: 'pro' },
    });
    expect(made).toMatchObject({ userId: 'u1', tenantId: 't1', active: true, status: 'pending', attempt: 0 });
    expect(made.schedule).toMatchObject({ frequency: 'weekly', time: '18:30', day_of_week: 5 });
    expect(made.nextRunAt).toEqual(at('2026-03-13T22:30:00Z'));
    expect(made.metadata).toEqual({ plan: 'pro' });
    expect(await api.get(made.id)).toEqual(made);
  });

  it('takes the default zone, and what the schedule leaves open from today', async () => {
    const made = await api.create({ userId: 'u1', schedule: { frequency: 'monthly' } });
    expect(made.schedule).toMatchObject({ timezone: 'Europe/Berlin', time: '09:00' });
    expect(made.nextRunAt).toEqual(at('2026-04-10T07:00:00Z'));
  });

  it('spreads the due time and keeps the nominal one apart', async () => {
    const made = await api.create({ userId: 'u1', schedule: { time: '10:00', timezone: 'UTC', spreadS: 3_600 } });
    const due = made.nextRunAt?.getTime() ?? 0;
    expect(due).toBeGreaterThan(at('2026-03-10T10:00:00Z').getTime());
    expect(due).toBeLessThan(at('2026-03-10T11:00:00Z').getTime());
    bench.now = new Date(due + 5);
    await bench.drain();
    expect(bench.calls).toMatchObject([{ scheduledFor: at('2026-03-10T10:00:00Z') }]);
    expect((await api.get(made.id)).nextRunAt).toEqual(new Date(due + 86_400_000));
  });

  it.each([
    [{ frequency: 'weekly', dayOfWeek: 9 }, 'schedule.day_of_week'],
    [{ timezone: 'Mars/Olympus' }, 'schedule.timezone'],
    [{ endsOn: '2020-01-01' }, 'schedule.ends_on'],
    [{ frequency: 'cron', cron: '0 0 30 2 *' }, 'schedule.cron'],
  ])('refuses %j with the path of the field', async (schedule, path) => {
    await expect(api.create({ userId: 'u1', schedule: schedule as object })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { errors: [{ path }] },
    });
    expect((await api.list()).items).toEqual([]);
  });
});

describe('a change of schedule', () => {
  const daily = (time: string, timezone = 'UTC') => api.create({ userId: 'u1', schedule: { time, timezone } });

  it('to an earlier time runs at that time today', async () => {
    const { id } = await daily('20:00');
    expect((await api.update(id, { schedule: { time: '09:00' } })).nextRunAt).toEqual(at('2026-03-10T09:00:00Z'));
  });

  it('to an earlier time that has passed today runs tomorrow, not at once', async () => {
    const { id } = await daily('20:00');
    expect((await api.update(id, { schedule: { time: '07:00' } })).nextRunAt).toEqual(at('2026-03-11T07:00:00Z'));
  });

  it('to a later time or another zone takes the new time', async () => {
    const { id } = await daily('09:00');
    expect((await api.update(id, { schedule: { time: '21:00' } })).nextRunAt).toEqual(at('2026-03-10T21:00:00Z'));
    const moved = await api.update(id, { schedule: { timezone: 'Asia/Tokyo' } });
    expect(moved.nextRunAt).toEqual(at('2026-03-10T12:00:00Z'));
    expect(moved.schedule).toMatchObject({ time: '21:00', timezone: 'Asia/Tokyo' });
  });

  it('keeps what was due already, once, and goes on by the new schedule', async () => {
    const { id } = await daily('09:00');
    bench.now = at('2026-03-10T09:30:00Z');
    await api.update(id, { schedule: { time: '09:15' } });
    bench.now = at('2026-03-10T09:31:00Z');
    await bench.drain();
    expect(bench.calls.map(({ scheduledFor }) => scheduledFor)).toEqual([at('2026-03-10T09:00:00Z')]);
    expect((await api.get(id)).nextRunAt).toEqual(at('2026-03-11T09:15:00Z'));
  });

  it('by SQL of the host is seen, and not claimed by its old time', async () => {
    const { id } = await daily('09:00');
    const { rows } = await database.pool.query<{ now: Date }>('SELECT now()');
    bench.now = (rows[0] as { now: Date }).now;
    await database.pool.query(`UPDATE subscription_processing SET next_run_at = now() + interval '1 hour'`);
    await database.pool.query(`UPDATE subscriptions SET frequency = 'hourly', schedule = '{"time": "00:30"}'`);
    expect(await rowOf(database, id)).toMatchObject({ stale: true });
    expect(await bench.source.nextDueInMs()).toBeLessThan(0);
    expect((await bench.source.claim({ limit: 10 })).items).toEqual([]);
    expect(await recomputeStale(database.db, schedules, null)).toBe(1);
    const row = await rowOf(database, id);
    expect(row.stale).toBe(false);
    expect(row.next_run_at?.getUTCMinutes()).toBe(30);
    expect((row.next_run_at?.getTime() ?? 0) - bench.now.getTime()).toBeLessThanOrEqual(3_600_000);
  });

  it('during a run takes effect when that has ended', async () => {
    const { id } = await daily('09:00');
    bench.now = at('2026-03-10T09:00:00Z');
    const { items } = await bench.source.claim({ limit: 1 });
    bench.now = at('2026-03-10T09:00:05Z');
    await api.update(id, { schedule: { time: '12:00' } });
    const outcome = await bench.source.execute(items[0]!, { signal: new AbortController().signal, runId: null });
    expect(await bench.source.settle([{ item: items[0]!, outcome }])).toMatchObject({ successful: 1 });
    await recomputeStale(database.db, schedules, bench.now);
    expect((await api.get(id)).nextRunAt).toEqual(at('2026-03-10T12:00:00Z'));
  });

  it('drops calendar fields that the new frequency does not use, and refuses what does not fit', async () => {
    const { id } = await api.create({ userId: 'u1', schedule: { frequency: 'weekly', dayOfWeek: 2, timezone: 'UTC' } });
    const { schedule } = await api.update(id, { schedule: { frequency: 'monthly', dayOfMonth: 31 } });
    expect(schedule).toMatchObject({ frequency: 'monthly', day_of_month: 31 });
    expect(schedule).not.toHaveProperty('day_of_week');
    await expect(api.update(id, { schedule: { dayOfWeek: 3 } })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(api.update('7a2e6a6e-0000-4000-8000-000000000000', { active: false })).rejects.toMatchObject({
      code: 'SUBSCRIPTION_NOT_FOUND',
    });
    await expect(api.get('not-an-id')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('pause and resume', () => {
  it('holds a due occurrence back until resumed, and then runs the latest one once', async () => {
    const { id } = await api.create({ userId: 'u1', schedule: { time: '09:00', timezone: 'UTC' } });
    await api.pause(id, null);
    bench.now = at('2026-03-12T10:00:00Z');
    await bench.drain();
    expect(bench.calls).toEqual([]);
    expect((await api.get(id)).pausedUntil?.getUTCFullYear()).toBe(9999);
    expect((await api.resume(id)).pausedUntil).toBeNull();
    await bench.drain();
    expect(bench.calls).toMatchObject([{ scheduledFor: at('2026-03-12T09:00:00Z'), missedCount: 2 }]);
    expect((await ledgerOf(database, id)).map(({ outcome }) => outcome)).toEqual(['coalesced', 'completed']);
  });

  it('ends a pause by itself when its time comes', async () => {
    const { id } = await api.create({ userId: 'u1', schedule: { time: '09:00', timezone: 'UTC' } });
    await api.pause(id, at('2026-03-10T09:30:00Z'));
    expect(await bench.source.nextDueInMs()).toBe(90 * 60_000);
    bench.now = at('2026-03-10T09:30:00Z');
    expect(await wakePaused(database.db, bench.now)).toBe(1);
    await bench.drain();
    expect(bench.calls).toMatchObject([{ scheduledFor: at('2026-03-10T09:00:00Z') }]);
  });

  it('lets running work finish and then holds the next one back', async () => {
    const { id } = await api.create({ userId: 'u1', schedule: { time: '09:00', timezone: 'UTC' } });
    bench.now = at('2026-03-10T09:00:00Z');
    const { items } = await bench.source.claim({ limit: 1 });
    await api.pause(id, null);
    const outcome = await bench.source.execute(items[0]!, { signal: new AbortController().signal, runId: null });
    expect(await bench.source.settle([{ item: items[0]!, outcome }])).toMatchObject({ successful: 1, lost: 0 });
    expect(await rowOf(database, id)).toMatchObject({ status: 'completed', runnable: false });
    expect(await bench.source.nextDueInMs()).toBeNull();
  });

  it('works in bulk by filter, with a dry run, and ends suspensions', async () => {
    for (const tenantId of ['a', 'a', 'b']) await api.create({ userId: 'u', tenantId });
    expect(await api.pauseMany({ tenantId: 'a' }, { until: null, dryRun: true })).toEqual({
      matched: 2,
      changed: 2,
      dryRun: true,
    });
    expect(await api.pauseMany({ tenantId: 'a' }, { until: null })).toMatchObject({ matched: 2, changed: 2 });
    expect(await api.pauseMany({ tenantId: 'a' }, { until: null })).toMatchObject({ matched: 2, changed: 0 });
    await database.pool.query(`UPDATE subscription_processing SET status = 'suspended', consecutive_failures = 5`);
    expect(await api.resumeMany({}, {}, { name: 'ops' })).toMatchObject({ matched: 3, changed: 3 });
    const { items } = await api.list({ status: 'pending' });
    expect(items).toHaveLength(3);
    expect(
      items.every(({ pausedUntil, consecutiveFailures }) => pausedUntil === null && consecutiveFailures === 0),
    ).toBe(true);
  });

  it('resumes a suspended one, which then runs again', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-10T08:00:00Z' });
    bench = await createBench(database, '2026-03-10T08:00:00Z', { suspendAfter: 1 });
    bench.answer = () => rejected;
    await bench.drain();
    expect((await api.get(id)).status).toBe('suspended');
    expect(await api.resume(id)).toMatchObject({ status: 'pending', nextRunAt: at('2026-03-10T09:00:00Z') });
    bench.now = at('2026-03-10T09:00:00Z');
    await bench.drain();
    expect(bench.calls).toHaveLength(2);
  });
});
