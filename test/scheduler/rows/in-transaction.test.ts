// A batch of due rows: handed over under a lock, advanced and written to the ledger in one commit, neither twice nor never.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineRowSchedule, type Db, type RowOccurrence } from '../../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startRows, type RowTest } from './support.js';

const table = { name: 'reminders', table: 'reminders', timezone: 'timezone', schedule: 'schedule', active: 'active' };
const START = new Date('2026-03-07T00:00:00Z');

describe('a row schedule that plans in a transaction', () => {
  let test: TestDatabase;
  let rows: RowTest;
  let seen: RowOccurrence<'note' | 'customer_id'>[];
  let handle: (tx: Db, occurrences: readonly RowOccurrence<'note' | 'customer_id'>[]) => unknown;

  const schedule = defineRowSchedule({
    ...table,
    tenant: 'customer_id',
    columns: ['note', 'customer_id'],
    inTransaction: async (tx, occurrences) => {
      const outcomes = (await handle(tx, occurrences)) as undefined;
      seen.push(...occurrences);
      return outcomes;
    },
  });

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    seen = [];
    handle = () => undefined;
    rows = await startRows(test, [schedule], { start: START });
    await test.pool.query('TRUNCATE reminders; TRUNCATE punctual.row_runs');
  });
  afterEach(() => rows.stop());

  it('runs each occurrence at its local time, through the night in which the clocks change', async () => {
    const id = await rows.add({ timezone: 'America/New_York', schedule: { time: '02:30' }, note: 'hello' });
    await rows.manual.advanceTo(new Date('2026-03-10T00:00:00Z'));
    expect(seen.map((one) => [one.scheduledFor.toISOString(), one.localTime])).toEqual([
      ['2026-03-07T07:30:00.000Z', '2026-03-07T02:30:00'],
      ['2026-03-08T07:30:00.000Z', '2026-03-08T03:30:00'],
      ['2026-03-09T06:30:00.000Z', '2026-03-09T02:30:00'],
    ]);
    expect(seen[0]).toMatchObject({
      schedule: 'reminders',
      key: id,
      timezone: 'America/New_York',
      utcOffsetMinutes: -300,
      attempt: 1,
      missedCount: 0,
      row: { note: 'hello', customer_id: null },
      idempotencyKey: `reminders:${id}:2026-03-07T07:30:00.000Z`,
    });
    expect((await rows.ledger()).map(({ outcome, attempts }) => [outcome, attempts])).toEqual([
      ['completed', 1],
      ['completed', 1],
      ['completed', 1],
    ]);
    const runs = await rows.scheduler.runs.list({ process: 'reminders' });
    expect(runs.items.map(({ counts }) => counts.successful)).toEqual([1, 1, 1]);
  });

  it('commits what the handler writes with the advance of the row, or neither', async () => {
    await test.pool.query('CREATE TABLE IF NOT EXISTS sent (key text, at timestamptz)');
    handle = async (tx, occurrences) => {
      for (const { key, scheduledFor } of occurrences) {
        await tx.query('INSERT INTO sent VALUES ($1, $2)', [key, scheduledFor]);
      }
      if (seen.length === 0 && occurrences.length > 1) throw new Error('not yet');
    };
    await rows.add({ schedule: { time: '01:00' } });
    await rows.add({ schedule: { time: '01:00' } });
    await rows.manual.advanceTo(new Date('2026-03-07T12:00:00Z'));
    const { rows: sent } = await test.pool.query('SELECT * FROM sent');
    expect(sent).toHaveLength(2);
    expect((await rows.ledger()).map(({ outcome }) => outcome)).toEqual(['completed', 'completed']);
  });

  it('puts off the one bad row of a batch, with its error, and runs the rest', async () => {
    for (let index = 0; index < 9; index += 1) {
      await rows.add({ schedule: { time: '01:00' }, note: index === 4 ? 'bad' : 'good' });
    }
    handle = (_tx, occurrences) => {
      if (occurrences.some(({ row }) => row.note === 'bad')) throw new Error('cannot bear it');
    };
    await rows.manual.advanceTo(new Date('2026-03-07T01:00:10Z'));
    expect(seen).toHaveLength(8);
    const [bad] = (await rows.rows()).filter(({ punctual_error }) => punctual_error !== null);
    expect(bad).toMatchObject({ punctual_state: 'planned', punctual_error: 'cannot bear it', punctual_attempt: 1 });
    expect(bad?.punctual_scheduled_for).toEqual(new Date('2026-03-07T01:00:00Z'));
    expect(bad?.punctual_next_run_at?.getTime()).toBeGreaterThanOrEqual(Date.parse('2026-03-07T01:01:00Z'));
    handle = () => undefined;
    await rows.manual.advanceTo(new Date('2026-03-07T02:00:00Z'));
    expect(seen.at(-1)).toMatchObject({ attempt: 2, scheduledFor: new Date('2026-03-07T01:00:00Z') });
    const [mended] = (await rows.rows()).filter(({ id }) => id === bad?.id);
    expect(mended).toMatchObject({ punctual_error: null, punctual_attempt: 0, punctual_scheduled_for: null });
  });
});
