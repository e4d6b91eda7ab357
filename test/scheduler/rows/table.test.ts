// The host's own table: its own due column, several schedules over it, what is refused, and what a second migration leaves alone.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createScheduler,
  defineRowSchedule,
  migrate,
  type AnyRowSchedule,
  type Scheduler,
} from '../../../src/index.js';
import { createManualClock, createManualScheduler } from '../../../src/scheduler/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const digests = (seen: string[] = []) =>
  defineRowSchedule({
    name: 'digests',
    table: 'crm.digest_schedules',
    key: 'code',
    timezone: 'timezone',
    nextRun: 'next_digest',
    schedule: {
      columns: ['frequency', 'delivery_time'],
      read: ({ frequency, delivery_time }) => ({ frequency: frequency as 'daily', time: delivery_time as string }),
    },
    inTransaction: async (_tx, occurrences) => void seen.push(...occurrences.map(({ localTime }) => localTime)),
  });
const reports = (seen: string[] = []) =>
  defineRowSchedule({
    name: 'weekly-reports',
    table: 'crm.digest_schedules',
    key: 'code',
    timezone: 'timezone',
    prefix: 'report',
    schedule: { frequency: 'weekly', dayOfWeek: 1, time: '09:00' },
    inTransaction: async (_tx, occurrences) => {
      seen.push(...occurrences.map(({ localTime }) => localTime));
      return occurrences.map(() => ({ outcome: 'skipped', reason: 'nothing to report', next: null }));
    },
  });

describe('the table of a row schedule', () => {
  let test: TestDatabase;
  let scheduler: Scheduler | undefined;

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.pool
      .query(`CREATE SCHEMA crm; CREATE TABLE crm.digest_schedules (code text PRIMARY KEY, timezone varchar(50),
      frequency text, delivery_time time, next_digest timestamptz)`);
    await test.pool
      .query(`INSERT INTO crm.digest_schedules VALUES ('before us', 'Asia/Kathmandu', 'daily', '09:00', NULL),
      ('with a time', 'Asia/Kathmandu', 'daily', '09:00', '2026-05-01T00:30:00Z')`);
  });
  afterEach(async () => {
    await scheduler?.stop();
    scheduler = undefined;
  });
  afterAll(() => test.close());

  const migrateRows = (...rows: AnyRowSchedule[]) =>
    migrate({ connectionString: test.url, subscriptions: false, rows });

  it('may have a due column of its own, rows from before us, and two schedules with a prefix each', async () => {
    const [daily, weekly]: [string[], string[]] = [[], []];
    const clock = createManualClock(new Date('2026-05-01T00:00:00Z'));
    const rows = [digests(daily), reports(weekly)];
    scheduler = createScheduler({ pool: test.pool, subscriptions: false, rows, clock });
    await scheduler.start();
    await createManualScheduler(scheduler, clock).advanceTo(new Date('2026-05-05T00:00:00Z'));
    // 06:15 in Kathmandu is what the host had set for one of them
    expect(daily.filter((local) => local.startsWith('2026-05-01')).sort()).toEqual([
      '2026-05-01T06:15:00',
      '2026-05-01T09:00:00',
      '2026-05-01T09:00:00',
    ]);
    expect(daily.filter((local) => !local.startsWith('2026-05-01'))).toHaveLength(6);
    expect(weekly).toEqual(['2026-05-04T09:00:00', '2026-05-04T09:00:00']);
    const { rows: stored } = await test.pool.query('SELECT next_digest, report_state FROM crm.digest_schedules');
    expect(stored).toEqual(
      [1, 2].map(() => ({ next_digest: new Date('2026-05-05T03:15:00Z'), report_state: 'ended' })),
    );
    expect((await scheduler.rows.history('weekly-reports', { key: 'before us' })).items).toMatchObject([
      { outcome: 'skipped', reason: 'nothing to report' },
    ]);
  });

  it('is migrated once, and again where its description has changed', async () => {
    await migrateRows(digests());
    expect(await migrateRows(digests())).toMatchObject({ applied: [], functions: [] });
    const changed = await migrateRows({ ...digests(), nextRun: 'next_digest', active: 'wanted' }).catch(
      (error: unknown) => error,
    );
    expect(changed).toMatchObject({ code: 'MIGRATION_REFUSED' });
    await test.pool.query('ALTER TABLE crm.digest_schedules ADD COLUMN wanted boolean NOT NULL DEFAULT true');
    const { functions } = await migrateRows({ ...digests(), active: 'wanted' });
    expect(functions).toContain('rows/digests/triggers');
  });

  it('loses the triggers of a schedule that was given another name', async () => {
    await migrateRows(digests());
    await migrateRows({ ...digests(), name: 'mails' });
    const { rows } = await test.pool.query(
      `SELECT tgname FROM pg_trigger WHERE tgrelid = 'crm.digest_schedules'::regclass AND tgargs = 'punctual\\000' ORDER BY 1`,
    );
    expect(rows.map(({ tgname }) => tgname as string)).toEqual([
      'punctual_rows_mails_insert',
      'punctual_rows_mails_update',
    ]);
  });

  it.each<[string, Partial<AnyRowSchedule>, RegExp]>([
    ['is not there', { table: 'nowhere' }, /table nowhere of the row schedule "wrong" is not in the search path/],
    ['is not there in its schema', { table: 'crm.nowhere' }, /"nowhere" of the row schedule wrong does not exist/],
    ['is a view', { table: 'crm.a_view' }, /is not a table/],
    ['lacks columns', { active: 'on_or_off', timezone: 'zone' }, /does not have: zone, on_or_off|on_or_off, zone/],
    ['has no such key', { key: 'frequency' }, /key frequency .* must be NOT NULL and have a unique index/],
    ['has a due column of another type', { nextRun: 'frequency' }, /frequency must be timestamp with time zone/],
    ['has a due column that is NOT NULL', { nextRun: 'must' }, /must allow NULL/],
    ['has a column of ours with another type', { prefix: 'odd' }, /odd_state must be text/],
  ])('is refused, with what to do, when it %s', async (_what, wrong, message) => {
    await test.pool.query(`CREATE OR REPLACE VIEW crm.a_view AS SELECT 1 AS id;
      ALTER TABLE crm.digest_schedules ADD COLUMN IF NOT EXISTS must timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN IF NOT EXISTS odd_state int`);
    const schedule = { ...digests(), name: 'wrong', prefix: 'wrong', ...wrong };
    await expect(migrateRows(schedule)).rejects.toThrow(message);
    await expect(migrateRows(schedule)).rejects.toMatchObject({ code: 'MIGRATION_REFUSED' });
  });

  it('is asked for a migration when the scheduler must not migrate', async () => {
    const unmigrated = { ...digests(), name: 'never', prefix: 'never' };
    scheduler = createScheduler({ pool: test.pool, subscriptions: false, rows: [unmigrated], migrate: false });
    await expect(scheduler.start()).rejects.toThrow('has not been migrated: run "punctual migrate up"');
  });
});
