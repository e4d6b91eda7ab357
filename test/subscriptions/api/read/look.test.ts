// Why a subscription stands as it does, and its timeline, on a real database: states, pauses and who began them, past outcomes.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../src/base/clock.js';
import { createSubscriptionsApi } from '../../../../src/subscriptions/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { addSubscription, schedules } from '../../support.js';

const now = new Date('2026-03-09T12:00:00Z');
const quiet = { process: null, breakers: [] };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const api = () =>
  createSubscriptionsApi({
    database: database.db,
    schedules,
    defaultTimezone: 'UTC',
    clock: systemClock,
    now: () => now,
    receiver: 'worker.example',
  });

const add = (row: object = {}): Promise<string> =>
  addSubscription(database, {
    ...{
      timezone: 'America/New_York',
      schedule: { time: '02:30' },
      nextRunAt: '2026-03-10T06:30:00Z',
      status: 'completed',
    },
    ...row,
  });

const settle = (id: string, at: string, fields: Record<string, unknown>): Promise<unknown> => {
  const row = { scheduled_for: at, finished_at: at, started_at: at, attempts: 1, occurrences: 1, ...fields } as Record<
    string,
    unknown
  >;
  const names = Object.keys(row);
  return database.db.query(
    `INSERT INTO {schema}.subscription_runs (subscription_id, ${names.join(', ')}) VALUES ($1, ${names.map((_, n) => `$${n + 2}`).join(', ')})`,
    [id, ...Object.values(row)],
  );
};

const said = async (id: string, around: object = {}) =>
  (await api().why(id, { ...quiet, ...around })).reasons.map(({ code, tone, text }) => [code, tone, text]);

describe('why', () => {
  it('names the next run in local time, and in another zone when asked', async () => {
    const id = await add();
    expect(await said(id)).toEqual([
      ['next_run', 'waiting', 'It runs next in 18 h 30 min, on 10 Mar at 02:30 (America/New_York).'],
      ['not_run_yet', 'off', 'It has not run yet.'],
    ]);
    expect((await said(id, { zone: 'Asia/Tokyo' }))[0]?.[2]).toContain('10 Mar at 15:30 (Asia/Tokyo)');
  });

  it('names who paused it, alone or with others, and until when', async () => {
    const [alone, together, other] = [await add(), await add({ tenantId: 'acme' }), await add({ tenantId: 'else' })];
    await api().pause(alone, new Date('2026-05-04T04:00:00Z'), { name: 'alice' });
    await api().pauseMany({ tenantId: 'acme' }, { until: null }, { name: 'bob' });
    expect((await said(alone))[0]?.[2]).toMatch(
      /^It does not run: alice paused it on .*, until 4 May at 00:00 \(in 55 d 16 h\)\.$/,
    );
    expect((await said(together))[0]?.[2]).toMatch(/^It does not run: bob paused it on .*, until it is resumed\.$/);
    expect((await said(other))[0]?.[0]).toBe('next_run');
    await api().resume(alone, { name: 'carol' });
    expect((await said(alone)).at(-1)?.[2]).toMatch(/^Last change by hand: carol resumed it/);
  });

  it('names what hinders all of them', async () => {
    const id = await add();
    const process = { name: 'subscriptions', enabled: false, pausedUntil: null };
    const breakers = [{ name: 'subscription-worker', state: 'open', changedAt: new Date('2026-03-09T11:55:00Z') }];
    expect((await said(id, { process, breakers })).slice(0, 2)).toEqual([
      ['process_disabled', 'bad', 'No subscription runs: the process "subscriptions" is disabled.'],
      [
        'receiver_down',
        'bad',
        'The receiver fails: the circuit breaker "subscription-worker" has been open since 9 Mar at 07:55, 5 min ago.',
      ],
    ]);
  });

  it('names a suspension, an end, and that it is not active or late', async () => {
    const suspended = await add({ status: 'suspended' });
    await database.pool.query(
      `UPDATE subscription_processing SET consecutive_failures = 3 WHERE subscription_id = $1`,
      [suspended],
    );
    expect((await said(suspended))[0]).toEqual([
      'suspended',
      'bad',
      'It does not run: it was suspended after 3 occurrences in a row had failed all attempts.',
    ]);
    expect((await said(await add({ nextRunAt: null })))[0]?.[0]).toBe('ended');
    expect((await said(await add({ nextRunAt: '2026-03-09T11:00:00Z' })))[0]?.slice(0, 2)).toEqual(['due', 'warn']);
    const inactive = await add();
    await api().update(inactive, { active: false });
    expect((await said(inactive))[0]?.[0]).toBe('inactive');
  });

  it('names when the receiver was down, by the runs of all subscriptions', async () => {
    const id = await add({ nextRunAt: '2026-02-10T07:30:00Z', timezone: 'UTC' });
    const runs: readonly (readonly [string, string, number, Record<string, number>])[] = [
      ['06:55:12', '07:00:00', 0, { HTTP_503: 300 }],
      ['07:08:00', '07:40:59', 18, { HTTP_503: 2, TIMEOUT: 10, HTTP_422: 4 }],
      ['08:00:00', '08:01:00', 500, { HTTP_500: 1 }],
      ['12:00:00', '12:01:00', 0, { HTTP_500: 50 }],
    ];
    for (const [start, end, successful, errors] of runs) {
      const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
      await database.db.query(
        `INSERT INTO {schema}.scheduler_runs (process, exclusive, trigger, instance_id, status, started_at, finished_at, counts, error_groups)
         VALUES ('subscriptions', false, 'tick', gen_random_uuid(), 'completed', $1, $2, $3, $4)`,
        [`2026-03-07T${start}Z`, `2026-03-07T${end}Z`, JSON.stringify({ successful, failed }), JSON.stringify(errors)],
      );
    }
    await settle(id, '2026-03-07T07:30:00Z', {
      ...{ outcome: 'completed', started_at: '2026-03-07T07:41:00Z', finished_at: '2026-03-07T07:41:02Z' },
    });
    expect((await said(id)).filter(([code]) => code === 'receiver_failed')).toEqual([
      [
        'receiver_failed',
        'bad',
        'The receiver worker.example failed from 7 Mar at 06:55 to 7 Mar at 07:40: 312 of 334 calls failed (HTTP_503, TIMEOUT).',
      ],
    ]);
    const well = await add();
    await settle(well, '2026-03-07T07:30:00Z', { outcome: 'completed' });
    expect((await said(well)).map(([code]) => code)).toEqual(['next_run', 'ran_on_time']);
  });

  it('is refused for one that is not there', async () => {
    const id = '018f0000-0000-7000-8000-000000000000';
    await expect(api().why(id, quiet)).rejects.toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
    await expect(api().timeline(id, { pastDays: 1, next: 1 })).rejects.toMatchObject({
      code: 'SUBSCRIPTION_NOT_FOUND',
    });
  });
});

describe('the timeline', () => {
  let id: string;
  beforeAll(async () => {
    id = await add();
    await settle(id, '2026-01-01T07:30:00Z', { outcome: 'completed' });
    await settle(id, '2026-03-01T07:30:00Z', {
      outcome: 'skipped',
      occurrences: 2,
      last_scheduled_for: '2026-03-02T07:30:00Z',
    });
    await settle(id, '2026-03-03T07:30:00Z', { outcome: 'coalesced' });
    await settle(id, '2026-03-04T07:30:00Z', { outcome: 'dead', attempts: 5, error: 'no such user' });
    await settle(id, '2026-03-05T07:30:00Z', { outcome: 'completed', attempts: 2 });
    await settle(id, '2026-03-06T07:30:00Z', { outcome: 'completed', started_at: '2026-03-06T07:32:00Z' });
    await settle(id, '2026-03-08T07:30:00Z', { outcome: 'completed' });
  });

  it('has each past occurrence with its outcome in local time, oldest first, and the change of clock', async () => {
    const { zone, past, clockChanges, truncated } = await api().timeline(id, { pastDays: 30, next: 0 });
    expect([zone, truncated]).toEqual(['America/New_York', false]);
    expect(past.map(({ local, utcOffset, outcome, latenessMs }) => [local, utcOffset, outcome, latenessMs])).toEqual([
      ['2026-03-01T02:30:00', '-05:00', 'skipped', null],
      ['2026-03-03T02:30:00', '-05:00', 'coalesced', null],
      ['2026-03-04T02:30:00', '-05:00', 'dead', 0],
      ['2026-03-05T02:30:00', '-05:00', 'retried', 0],
      ['2026-03-06T02:30:00', '-05:00', 'late', 120_000],
      ['2026-03-08T03:30:00', '-04:00', 'on_time', 0],
    ]);
    expect(clockChanges).toEqual([{ atMs: Date.UTC(2026, 2, 8, 7), jumpMinutes: 60 }]);
  });

  it('is of one opinion with the ledger', async () => {
    const { past } = await api().timeline(id, { pastDays: 90, next: 0 });
    const { items } = await api().ledger(id);
    const told = items.map(({ scheduledFor, punctuality, latenessMs }) => [scheduledFor, punctuality, latenessMs]);
    expect(told.reverse()).toEqual(
      past.map(({ scheduledFor, outcome, latenessMs }) => [scheduledFor, outcome, latenessMs]),
    );
  });

  it('has the next ones, and says which of them a pause covers', async () => {
    await api().pause(id, new Date('2026-03-11T00:00:00Z'));
    const { next } = await api().timeline(id, { pastDays: 1, next: 3 });
    expect(next.map(({ local, paused }) => [local, paused])).toEqual([
      ['2026-03-10T02:30:00', true],
      ['2026-03-11T02:30:00', false],
      ['2026-03-12T02:30:00', false],
    ]);
  });

  it('is told in the sentences too', async () => {
    expect((await said(id)).filter(([code]) => String(code).startsWith('ran_') || code === 'coalesced')).toEqual([
      ['ran_on_time', 'good', 'The occurrence of 8 Mar at 03:30 completed on time.'],
      ['ran_late', 'warn', 'The occurrence of 6 Mar at 02:30 completed 2 min late.'],
      [
        'ran_after_retries',
        'warn',
        'The occurrence of 5 Mar at 02:30 completed on time, at attempt 2: the ones before had failed.',
      ],
      ['coalesced', 'off', expect.stringMatching(/^1 occurrence of 3 Mar at 02:30 did not run/)],
    ]);
  });
});
