// What one can ask of subscriptions: lists, ledgers, the forecast, the state at a glance; on a real database.
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { forecast } from '../../src/subscriptions/api/read/forecast.js';
import type { SubscriptionsApi } from '../../src/subscriptions/api/subscriptions-api.js';
import type { TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { addSubscription, apiOf, eachOnItsBench, rejected, schedules, type Bench } from './support.js';

let database: TestDatabase;
let bench: Bench;
let api: SubscriptionsApi;

eachOnItsBench('2026-03-10T08:00:00Z', (made) => {
  ({ database, bench } = made);
  api = apiOf(database, bench);
});

const at = (text: string): Date => new Date(text);

describe('reading', () => {
  it.each(['next_run_at', '-next_run_at', 'created_at', '-created_at', undefined] as const)(
    'pages through everything once, sorted by %s',
    async (sort) => {
      for (let minute = 10; minute < 17; minute += 1) {
        await api.create({ userId: 'u', schedule: { time: `10:${minute}`, timezone: 'UTC' } });
      }
      await database.pool.query(
        `UPDATE subscription_processing SET next_run_at = NULL WHERE next_run_at = (SELECT min(next_run_at) FROM subscription_processing)`,
      );
      const seen: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await api.list({ limit: 3, ...(cursor ? { cursor } : {}), ...(sort ? { sort } : {}) });
        seen.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(seen).toHaveLength(7);
      expect(new Set(seen).size).toBe(7);
    },
  );

  it('narrows a list by what is asked', async () => {
    const { id } = await api.create({ userId: 'u1', tenantId: 't1', schedule: { timezone: 'Asia/Tokyo' } });
    await api.create({ userId: 'u2', schedule: { frequency: 'hourly' } });
    for (const filter of [
      { userId: 'u1' },
      { tenantId: 't1' },
      { timezone: 'Asia/Tokyo' },
      { subscriptionIds: [id] },
    ]) {
      expect((await api.list(filter)).items.map((item) => item.id)).toEqual([id]);
    }
    expect((await api.list({ frequency: 'daily' })).items).toHaveLength(1);
    expect((await api.list({ due: true })).items).toHaveLength(0);
    bench.now = at('2026-03-10T09:00:00Z');
    expect((await api.list({ due: true })).items).toHaveLength(1);
    await expect(api.list({ limit: 201 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(api.list({ cursor: 'junk' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(api.list({ subscriptionIds: ['junk'] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('lists what is suspended or failed, no matter what wrote that into its row', async () => {
    const suspended = await addSubscription(database, { status: 'suspended', nextRunAt: '2026-03-10T07:00:00Z' });
    await addSubscription(database, { nextRunAt: '2026-03-10T07:00:00Z' });
    expect((await api.list({ status: 'suspended' })).items.map(({ id }) => id)).toEqual([suspended]);
    await database.pool.query(`INSERT INTO subscription_processing (subscription_id, status) VALUES ($1, 'failed')`, [
      suspended,
    ]);
    expect((await api.list({ status: 'suspended' })).items).toEqual([]);
    expect((await api.list({ status: 'failed', sort: '-next_run_at' })).items.map(({ id }) => id)).toEqual([suspended]);
  });

  it('finds by how the id, the user or the tenant begins', async () => {
    const one = await api.create({ userId: 'anna.1', tenantId: 'north' });
    const two = await api.create({ userId: 'annabel', tenantId: 'no%' });
    const three = await api.create({ userId: 'ANNA', tenantId: 'south' });
    const found = async (search: string, more: object = {}) =>
      (await api.list({ search, ...more })).items.map(({ id }) => id).sort();
    expect(await found('anna')).toEqual([one.id, two.id].sort());
    expect(await found('no')).toEqual([one.id, two.id].sort());
    expect(await found('no%')).toEqual([two.id]);
    expect(await found('anna', { tenantId: 'north' })).toEqual([one.id]);
    expect(await found(three.id.slice(0, 14).toUpperCase())).toEqual([three.id]);
    expect(await found('nna')).toEqual([]);
    expect(await found('anna', { sort: '-user_id' })).toEqual([one.id, two.id].sort());
    const first = await api.list({ search: 'anna', limit: 1 });
    const second = await api.list({ search: 'anna', limit: 1, cursor: first.nextCursor as string });
    expect([...first.items, ...second.items].map(({ userId }) => userId)).toEqual(['anna.1', 'annabel']);
  });

  it('pages through a ledger, newest first', async () => {
    const { id } = await api.create({ userId: 'u1', schedule: { time: '09:00', timezone: 'UTC' } });
    for (const day of [10, 11, 12]) {
      bench.now = at(`2026-03-${day}T09:00:00Z`);
      await bench.drain();
    }
    const first = await api.ledger(id, { limit: 2 });
    expect(first.items.map(({ scheduledFor }) => scheduledFor.getUTCDate())).toEqual([12, 11]);
    const second = await api.ledger(id, { limit: 2, cursor: first.nextCursor as string });
    expect(second.items).toMatchObject([{ scheduledFor: at('2026-03-10T09:00:00Z'), outcome: 'completed', count: 1 }]);
    expect(second.nextCursor).toBeNull();
    for (const held of ['1e300', '-8.64e15', '"yesterday"', '{}']) {
      const cursor = Buffer.from(held).toString('base64url');
      const refused = { code: 'INVALID_INPUT', details: { errors: [{ path: 'cursor' }] } };
      await expect(api.ledger(id, { cursor })).rejects.toMatchObject(refused);
    }
  });

  it('refuses metadata that cannot be kept, whatever else was to be changed', async () => {
    const { id } = await api.create({ userId: 'u1', tenantId: 't', schedule: { time: '09:00', timezone: 'UTC' } });
    const refused = { code: 'INVALID_INPUT', details: { errors: [{ path: 'metadata' }] } };
    await expect(api.update(id, { tenantId: 'other', metadata: { a: '\ud800' } })).rejects.toMatchObject(refused);
    expect(await api.get(id)).toMatchObject({ tenantId: 't' });
  });

  it('forecasts stored and further occurrences', async () => {
    await api.create({ userId: 'u', schedule: { time: '10:30', timezone: 'UTC' } });
    await api.create({ userId: 'u', schedule: { frequency: 'hourly', time: '00:15', timezone: 'UTC' } });
    await addSubscription(database, { nextRunAt: '2026-03-10T07:00:00Z' });
    const buckets = await api.forecast({ hours: 4, bucketMinutes: 60 });
    expect(buckets.map(({ occurrences }) => occurrences)).toEqual([2, 1, 2, 1]);
    expect(buckets[1]?.at).toEqual(at('2026-03-10T09:00:00Z'));
  });

  it('forecasts by the hours and days of a zone', async () => {
    bench.now = at('2026-03-28T20:40:00Z');
    await api.create({ userId: 'u', schedule: { time: '01:30', timezone: 'Europe/Berlin' } });
    await api.create({ userId: 'u', schedule: { frequency: 'hourly', time: '00:15', timezone: 'Europe/Berlin' } });
    const hourly = await api.forecast({ hours: 6, bucketMinutes: 60, timezone: 'Europe/Berlin' });
    expect(hourly.map((bucket) => [bucket.at.toISOString().slice(11, 16), bucket.occurrences])).toEqual([
      ...[
        ['20:00', 0],
        ['21:00', 1],
        ['22:00', 1],
        ['23:00', 1],
        ['00:00', 2],
        ['01:00', 1],
        ['02:00', 1],
      ],
    ]);
    const daily = await api.forecast({ hours: 48, bucketMinutes: 1_440, timezone: 'europe/berlin' });
    expect(daily.map((bucket) => [bucket.at.toISOString(), bucket.occurrences])).toEqual([
      ['2026-03-27T23:00:00.000Z', 2],
      ['2026-03-28T23:00:00.000Z', 24],
      ['2026-03-29T22:00:00.000Z', 24],
    ]);
    await expect(api.forecast({ hours: 1, bucketMinutes: 60, timezone: 'Mars/Olympus' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('forecasts a large table from a sample of it', async () => {
    await database.pool.query(
      `INSERT INTO subscriptions (user_id, frequency, timezone) SELECT 'many', 'daily', 'UTC' FROM generate_series(1, 4000)`,
    );
    await database.pool.query(`UPDATE subscription_processing SET next_run_at = '2026-03-10T08:30:00Z'`);
    await database.pool.query('VACUUM ANALYZE subscription_processing');
    const ask = (sampledRows: number) =>
      forecast(database.db, schedules, { hours: 12, bucketMinutes: 720, zone: null, now: bench.now, sampledRows });
    const [all] = await ask(10_000);
    expect(all).toMatchObject({ occurrences: 4_000, estimated: false });
    const [some] = await ask(800);
    expect(some?.estimated).toBe(true);
    expect(Math.abs((some?.occurrences ?? 0) - 4_000)).toBeLessThan(2_000);
  });

  it('tells the state at a glance, odd rows included', async () => {
    await addSubscription(database, { nextRunAt: '2026-03-10T07:59:00Z' });
    await addSubscription(database, {
      frequency: 'fortnightly',
      timezone: 'Mars/Olympus',
      nextRunAt: '2026-03-10T09:00:00Z',
    });
    await addSubscription(database, { schedule: { time: 'noon' }, nextRunAt: '2026-03-10T10:00:00Z' });
    expect(await api.status()).toMatchObject({
      due: 1,
      dueCapped: false,
      processing: 0,
      failed: 0,
      suspended: 0,
      dead24h: 0,
      nextDueAt: at('2026-03-10T09:00:00Z'),
      oldestDueAt: at('2026-03-10T07:59:00Z'),
      lagS: 60,
    });
    const odd = { unknown_frequency: 1, unknown_timezone: 1, invalid_schedule: 1 };
    // counted in the background
    await waitFor(async () => isDeepStrictEqual((await api.status()).irregular, odd));
    bench.answer = () => rejected;
    await bench.drain();
    expect(await api.status()).toMatchObject({ due: 0, failed: 1, dead24h: 1, oldestDueAt: null, lagS: 0 });
  });

  it('takes an infinity of the host for never, and one below zero for at once', async () => {
    const never = await addSubscription(database, { nextRunAt: 'infinity' });
    expect(await bench.source.nextDueInMs()).toBeNull();
    expect(await api.status()).toMatchObject({ due: 0, nextDueAt: null });
    expect(await api.get(never)).toMatchObject({ nextRunAt: null });

    const odd = { misfire: 'all', month_end: 'skip', time: '09:00' };
    const atOnce = await addSubscription(database, { frequency: 'yearly', schedule: odd, nextRunAt: '-infinity' });
    expect(await bench.source.nextDueInMs()).toBe(-Infinity);
    expect(await api.status()).toMatchObject({ due: 1, oldestDueAt: null, lagS: 0 });
    await bench.drain();
    expect(bench.calls).toMatchObject([{ subscriptionId: atOnce, scheduledFor: bench.now }]);
    expect(await bench.source.nextDueInMs()).toBeGreaterThan(0);
  });

  it('anchors what has an infinite next run at its creation', async () => {
    const { id } = await api.create({ userId: 'u', schedule: { time: '10:00', timezone: 'UTC' } });
    await database.pool.query(
      `INSERT INTO subscription_processing (subscription_id, next_run_at, created_at) VALUES ($1, '-infinity', '2026-01-31')`,
      [id],
    );
    const { rows } = await database.pool.query(
      `SELECT anchor_at FROM subscription_processing WHERE subscription_id = $1 AND NOT superseded`,
      [id],
    );
    expect(rows).toEqual([{ anchor_at: at('2026-01-31T00:00:00Z') }]);
  });
});
