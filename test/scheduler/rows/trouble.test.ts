// Handlers that are down, slow or say what cannot be, values that the table refuses, and new rules of a zone.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { defineRowSchedule, type Db, type RowOccurrence } from '../../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startRows, type RowTest } from './support.js';

describe('a row schedule in trouble', () => {
  let test: TestDatabase;
  let rows: RowTest;
  let handle: (tx: Db, occurrences: readonly RowOccurrence[], signal: AbortSignal) => Promise<unknown>;
  let calls = 0;

  const schedule = defineRowSchedule({
    name: 'reminders',
    table: 'reminders',
    timezone: 'timezone',
    schedule: 'schedule',
    timeoutMs: 300,
    inTransaction: async (tx, occurrences, { signal }) => {
      calls += 1;
      return (await handle(tx, occurrences, signal)) as undefined;
    },
  });

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => rows.stop());
  afterAll(() => test.close());

  const start = async (count: number): Promise<void> => {
    calls = 0;
    rows = await startRows(test, [schedule], { start: new Date('2026-05-01T00:00:00Z') });
    await test.pool.query('TRUNCATE reminders; TRUNCATE punctual.row_runs');
    for (let index = 0; index < count; index += 1) await rows.add({ nextRun: new Date('2026-05-01T00:00:00Z') });
  };
  const attempts = async () => (await rows.rows()).map(({ punctual_attempt }) => punctual_attempt);

  it('does not use up the attempts of all rows when it is the handler that is down', async () => {
    await start(40);
    handle = () => Promise.reject(new Error('no such table'));
    const [run] = await rows.manual.runDue();
    expect(run).toMatchObject({ status: 'failed', error: expect.stringContaining('no such table') });
    expect((await attempts()).filter((attempt) => attempt > 0)).toHaveLength(3);
  });

  it('rolls back what a handler that takes too long has written, and closes its transaction', async () => {
    await start(1);
    let late: Promise<unknown> | undefined;
    handle = async (tx, _occurrences, signal) => {
      await tx.query(`UPDATE reminders SET note = 'half'`);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      late = new Promise(setImmediate).then(() => tx.query('SELECT 1'));
      late.catch(() => {});
      return new Promise(() => {});
    };
    await rows.manual.runDue();
    const { rows: stored } = await test.pool.query('SELECT note, punctual_error FROM reminders');
    expect(stored).toEqual([{ note: null, punctual_error: 'the handler has not returned within 300 ms' }]);
    await expect(late).rejects.toThrow('the transaction of this batch has ended');
  });

  it.each([
    ['too few outcomes', () => [], /returned 0 outcomes for 1 occurrences/],
    ['no list', () => 'completed', /no list of outcomes/],
    ['an outcome that is none', () => ['done'], /an outcome that is none: done/],
    ['a next run that is no time', () => [{ outcome: 'completed', next: new Date(NaN) }], /not an instant/],
  ])('refuses %s', async (_what, outcomes, message) => {
    await start(1);
    handle = async () => outcomes();
    await rows.manual.runDue();
    expect((await rows.rows())[0]?.punctual_error).toMatch(message);
  });

  it('suspends a row that its own table does not let go on, and runs the others', async () => {
    await start(6);
    const id = (await rows.rows())[2]?.id;
    await test.pool.query(`ALTER TABLE reminders ADD CONSTRAINT never CHECK (id <> ${id} OR punctual_attempt = 0
      AND (punctual_next_run_at < '2026-05-01T00:00:01Z'))`);
    handle = async () => undefined;
    await rows.manual.runDue();
    await test.pool.query('ALTER TABLE reminders DROP CONSTRAINT never');
    const states = (await rows.rows()).map(({ punctual_state }) => punctual_state);
    expect(states).toEqual(['planned', 'planned', 'suspended', 'planned', 'planned', 'planned']);
    expect((await rows.rows())[2]?.punctual_error).toContain('violates check constraint "never"');
    expect(await rows.ledger()).toHaveLength(5);
  });

  it('moves what is planned when the rules of a zone have changed, once', async () => {
    await start(0);
    await rows.add({ timezone: 'Europe/Berlin', schedule: { time: '09:00' } });
    await rows.manual.runDue();
    // as older rules had it, which knew of another offset
    await test.pool.query(
      `UPDATE reminders SET punctual_next_run_at = '2026-05-01T08:00:00Z', punctual_revision = punctual_revision + 1`,
    );
    await test.pool.query(`UPDATE punctual.scheduler_meta SET value = '"1999a"' WHERE key = 'rows_tz_version'`);
    const run = await rows.scheduler.trigger('row-timezone-update', { by: 'test' });
    expect(run.counts).toMatchObject({ processed: 1, moved: 1 });
    expect((await rows.rows())[0]?.punctual_next_run_at).toEqual(new Date('2026-05-01T07:00:00Z'));
    expect((await rows.scheduler.trigger('row-timezone-update', { by: 'test' })).counts.processed).toBe(0);
    expect(calls).toBe(0);
  });
});
