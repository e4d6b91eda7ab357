// What keeps the whole in order: partitions of the ledger, and next runs after new time zone rules.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../src/base/logger.js';
import { readMeta, writeMeta } from '../../src/db/engine/queries/meta.js';
import type { ProcessContext, ProcessDefinition } from '../../src/scheduler/contracts/define-process.js';
import { createZoneTables, intlZoneRules } from '../../src/scheduler/schedule/index.js';
import { createMaintenanceProcess } from '../../src/subscriptions/maintenance.js';
import { createScheduleBook } from '../../src/subscriptions/schedules/stored-schedule.js';
import { createTimezoneUpdate } from '../../src/subscriptions/schedules/timezone-update.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { addSubscription, createBench, ledgerOf, rowOf } from './support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query('TRUNCATE subscriptions CASCADE'));

const at = (text: string): Date => new Date(text);
const open = new AbortController().signal;
const context = { closing: open, signal: open, log: silentLogger, progress: () => {}, input: undefined };
const run = async (process: ProcessDefinition): Promise<Record<string, unknown>> =>
  (await process.run(context as unknown as ProcessContext)) ?? {};

describe('the ledger', () => {
  const partitions = async (): Promise<string[]> => {
    const { rows } = await database.db.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = '{schema}.subscription_runs'::regclass ORDER BY 1`,
    );
    return rows.map(({ name }) => name.replace('subscription_runs_', ''));
  };

  it('has its months made ahead, with what stood in the default partition, and loses them when they are old', async () => {
    const id = await addSubscription(database, { nextRunAt: '2031-05-10T09:00:00Z' });
    const bench = await createBench(database, '2031-05-10T09:00:00Z');
    await bench.drain();
    const inDefault = async (): Promise<number> =>
      (await database.db.query('SELECT FROM {schema}.subscription_runs_default')).rowCount ?? 0;
    expect(await inDefault()).toBe(1);
    const now = at('2031-05-11T00:00:00Z');
    const made = await run(createMaintenanceProcess({ db: database.db, now: () => now, retentionDays: 36_500 }));
    expect(made).toEqual({ partitions_made: 4, partitions_dropped: 0, rows_pruned: 0 });
    expect(await partitions()).toEqual(expect.arrayContaining(['2031_05', '2031_06', '2031_07', '2031_08', 'default']));
    expect(await inDefault()).toBe(0);
    expect(await ledgerOf(database, id)).toHaveLength(1);
    expect(
      await run(createMaintenanceProcess({ db: database.db, now: () => now, retentionDays: 36_500 })),
    ).toMatchObject({
      partitions_made: 0,
    });

    const later = at('2031-08-01T00:00:00Z');
    const dropped = await run(createMaintenanceProcess({ db: database.db, now: () => later, retentionDays: 40 }));
    expect(dropped.partitions_dropped).toBeGreaterThanOrEqual(2);
    expect(await partitions()).not.toContain('2031_05');
    expect(await partitions()).toContain('2031_06');
    expect(await ledgerOf(database, id)).toEqual([]);
  });

  it('waits for nobody who reads the ledger: what is to be dropped then goes the next time', async () => {
    const early = at('2032-01-10T00:00:00Z');
    await run(createMaintenanceProcess({ db: database.db, now: () => early, retentionDays: 36_500 }));
    const late = at('2032-06-10T00:00:00Z');
    await run(createMaintenanceProcess({ db: database.db, now: () => late, retentionDays: 36_500 }));
    const maintain = () => run(createMaintenanceProcess({ db: database.db, now: () => late, retentionDays: 40 }));
    const reader = await database.pool.connect();
    try {
      await reader.query('BEGIN');
      await reader.query('LOCK TABLE punctual.subscription_runs IN ACCESS SHARE MODE');
      expect((await maintain()).partitions_dropped).toBe(0);
      expect(await partitions()).toContain('2032_01');
    } finally {
      await reader.query('ROLLBACK');
      reader.release();
    }
    await maintain();
    expect(await partitions()).not.toContain('2032_01');
  });

  it('prunes what is old in the default partition', async () => {
    const id = await addSubscription(database, { nextRunAt: '2001-01-01T09:00:00Z' });
    const bench = await createBench(database, '2001-01-01T09:00:00Z');
    await bench.drain();
    expect(await ledgerOf(database, id)).toHaveLength(1);
    const now = at('2002-03-01T00:00:00Z');
    expect(await run(createMaintenanceProcess({ db: database.db, now: () => now }))).toMatchObject({ rows_pruned: 1 });
  });
});

describe('new time zone rules', () => {
  const HOUR = 3_600_000;
  /** Berlin gives up its summer time: an hour behind what was believed. */
  const newRules = createZoneTables((timezone) =>
    timezone === 'Europe/Berlin' ? () => HOUR : intlZoneRules(timezone),
  );
  const schedules = createScheduleBook({ defaultTimezone: 'UTC', zones: newRules });

  it('move what is still to come, once, and neither lose nor repeat an occurrence', async () => {
    const now = at('2026-07-10T05:00:00Z');
    const ids = {
      moved: await addSubscription(database, { timezone: 'Europe/Berlin', nextRunAt: '2026-07-10T07:00:00Z' }),
      other: await addSubscription(database, { timezone: 'Asia/Tokyo', nextRunAt: '2026-07-11T00:00:00Z' }),
      due: await addSubscription(database, { timezone: 'Europe/Berlin', nextRunAt: '2026-07-10T04:59:00Z' }),
      ranToday: await addSubscription(database, {
        timezone: 'Europe/Berlin',
        schedule: { time: '06:30' },
        nextRunAt: '2026-07-11T04:30:00Z',
      }),
    };
    await writeMeta(database.db, 'tz_version', '2025a');
    const update = createTimezoneUpdate({ db: database.db, schedules, version: '2026b', now: () => now });
    expect(await update.needed()).toBe(true);
    expect(await run(update.process)).toEqual({ processed_count: 4, moved: 2 });
    const next = async (id: string): Promise<string | undefined> =>
      (await rowOf(database, id)).next_run_at?.toISOString();
    expect(await next(ids.moved)).toBe('2026-07-10T08:00:00.000Z');
    expect(await next(ids.other)).toBe('2026-07-11T00:00:00.000Z');
    expect(await next(ids.due)).toBe('2026-07-10T04:59:00.000Z');
    expect(await next(ids.ranToday)).toBe('2026-07-11T05:30:00.000Z');
    expect(await readMeta(database.db, 'tz_version')).toBe('2026b');
    expect(await update.needed()).toBe(false);
    expect(await run(update.process)).toEqual({ processed_count: 0 });
  });

  it('are not undone by an instance with older rules, and a first start only notes its version', async () => {
    const make = (version: string) => createTimezoneUpdate({ db: database.db, schedules, version });
    await writeMeta(database.db, 'tz_version', '2026b');
    expect(await make('2025c').needed()).toBe(false);
    await database.db.query(`DELETE FROM {schema}.scheduler_meta WHERE key = 'tz_version'`);
    expect(await make('2025c').needed()).toBe(false);
    expect(await readMeta(database.db, 'tz_version')).toBe('2025c');
  });
});
