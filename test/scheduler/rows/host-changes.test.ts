// What a host does to its rows by SQL of its own is seen: new rows, changed schedules and zones, due times, switches, deletions.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineRowSchedule, type RowOccurrence } from '../../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startRows, type Reminder, type RowTest } from './support.js';

const START = new Date('2026-05-01T00:00:00Z');

describe('rows that the host writes', () => {
  let test: TestDatabase;
  let rows: RowTest;
  let seen: string[];

  const schedule = defineRowSchedule({
    name: 'reminders',
    table: 'reminders',
    timezone: 'timezone',
    schedule: 'schedule',
    active: 'active',
    inTransaction: async (_tx, occurrences) => {
      seen.push(...occurrences.map(({ scheduledFor }: RowOccurrence) => scheduledFor.toISOString()));
    },
  });
  const sql = (text: string, values: unknown[] = []) => test.pool.query(text, values);
  const only = async (): Promise<Reminder> => (await rows.rows())[0] as Reminder;
  const until = (time: string) => rows.manual.advanceTo(new Date(`2026-05-${time}:00Z`));

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    seen = [];
    rows = await startRows(test, [schedule], { start: START });
    await sql('TRUNCATE reminders; TRUNCATE punctual.row_runs');
  });
  afterEach(() => rows.stop());

  it('are planned when they come without a next run, whatever else is due', async () => {
    await rows.add({ schedule: { time: '06:00' } });
    await until('01T00:01');
    expect(await only()).toMatchObject({
      punctual_state: 'planned',
      punctual_next_run_at: new Date('2026-05-01T06:00:00Z'),
    });
  });

  it('run at the time that the host sets, and by their schedule from then on', async () => {
    await rows.add({ schedule: { time: '06:00' }, nextRun: new Date('2026-05-01T03:17:00Z') });
    await until('02T12:00');
    expect(seen).toEqual(['2026-05-01T03:17:00.000Z', '2026-05-01T06:00:00.000Z', '2026-05-02T06:00:00.000Z']);
  });

  it('are planned anew when the host sets their next run to null', async () => {
    await rows.add({ schedule: { time: '06:00' }, nextRun: new Date('2026-06-01T00:00:00Z') });
    await until('01T00:01');
    await sql('UPDATE reminders SET punctual_next_run_at = NULL');
    await until('01T12:00');
    expect(seen).toEqual(['2026-05-01T06:00:00.000Z']);
  });

  it('follow a changed schedule from now on: nothing is lost, nothing runs twice', async () => {
    await rows.add({ schedule: { time: '06:00' } });
    await until('01T07:00');
    await sql(`UPDATE reminders SET schedule = '{"time": "08:00"}'`);
    await until('02T12:00');
    await sql(`UPDATE reminders SET schedule = '{"time": "11:00"}'`);
    await until('03T12:00');
    expect(seen).toEqual([
      '2026-05-01T06:00:00.000Z',
      '2026-05-01T08:00:00.000Z',
      '2026-05-02T08:00:00.000Z',
      '2026-05-03T11:00:00.000Z',
    ]);
  });

  it('follow a changed zone, also in the night in which its clocks change', async () => {
    rows.manual.clock.set(new Date('2026-10-31T00:00:00Z'));
    await rows.add({ timezone: 'America/New_York', schedule: { time: '02:30' } });
    await rows.manual.advanceTo(new Date('2026-11-01T04:00:00Z'));
    seen = [];
    // 01:30 in New York, for the first of two times
    await rows.manual.advanceTo(new Date('2026-11-01T05:30:00Z'));
    await sql(`UPDATE reminders SET timezone = 'America/Chicago'`);
    await rows.manual.advanceTo(new Date('2026-11-02T12:00:00Z'));
    expect(seen).toEqual(['2026-11-01T08:30:00.000Z', '2026-11-02T08:30:00.000Z']);
  });

  it('do not run while they are switched off, and owe nothing of that time afterwards', async () => {
    await rows.add({ schedule: { time: '06:00' } });
    await until('01T12:00');
    await sql('UPDATE reminders SET active = false');
    await until('04T12:00');
    expect((await only()).punctual_state).toBe('paused');
    await sql('UPDATE reminders SET active = true');
    await until('05T12:00');
    expect(seen).toEqual(['2026-05-01T06:00:00.000Z', '2026-05-05T06:00:00.000Z']);
  });

  it('keep a next run that is still ahead when they are switched off and on', async () => {
    await rows.add({ schedule: { time: '06:00' }, nextRun: new Date('2026-05-01T03:17:00Z') });
    await sql('UPDATE reminders SET active = false');
    await until('01T01:00');
    await sql('UPDATE reminders SET active = true');
    await until('01T05:00');
    expect(seen).toEqual(['2026-05-01T03:17:00.000Z']);
  });

  it.each([
    ['a zone that nobody knows', { timezone: 'Mars/Olympus', schedule: { time: '06:00' } }, 'timezone'],
    ['a time that is none', { schedule: { time: '25:00' } }, 'time'],
    ['no schedule', { schedule: null }, 'schedule is null'],
    ['a schedule that is a list', { schedule: [] }, 'must hold a JSON object'],
  ])('are suspended with the reason for %s, and run once they are mended', async (_what, row, reason) => {
    await rows.add(row);
    await rows.add({ schedule: { time: '06:00' } });
    await until('01T07:00');
    expect(await only()).toMatchObject({ punctual_state: 'suspended', punctual_next_run_at: null });
    expect((await only()).punctual_error).toContain(reason);
    expect(seen).toEqual(['2026-05-01T06:00:00.000Z']);
    expect(await rows.scheduler.rows.suspended('reminders')).toEqual([
      { key: (await only()).id, error: expect.stringContaining(reason) },
    ]);
    await sql(`UPDATE reminders SET timezone = 'UTC', schedule = '{"time": "08:00"}'`);
    await until('01T09:00');
    expect(seen.slice(1)).toEqual(['2026-05-01T08:00:00.000Z', '2026-05-01T08:00:00.000Z']);
  });

  it('end when their schedule does, and begin again with a new one', async () => {
    await rows.add({ schedule: { time: '06:00', ends_on: '2026-05-02' } });
    await until('04T00:00');
    expect(await only()).toMatchObject({ punctual_state: 'ended', punctual_next_run_at: null });
    await sql(`UPDATE reminders SET schedule = '{"time": "06:00"}'`);
    await until('04T12:00');
    expect(seen).toEqual(['2026-05-01T06:00:00.000Z', '2026-05-02T06:00:00.000Z', '2026-05-04T06:00:00.000Z']);
  });

  it('leave out what was missed by their own policy', async () => {
    await rows.add({ schedule: { frequency: 'hourly', time: '00:00', misfire: 'once' } });
    await rows.add({ schedule: { frequency: 'hourly', time: '00:00', misfire: 'skip' } });
    await rows.add({ schedule: { frequency: 'hourly', time: '00:00', misfire: 'all' } });
    await until('01T00:30');
    rows.manual.clock.set(new Date('2026-05-01T05:30:00Z'));
    await rows.manual.runDue();
    const [once, skip, all] = await rows.rows();
    const told = async (row: Reminder | undefined) =>
      (await rows.ledger())
        .filter(({ row_key }) => row_key === row?.id)
        .map(({ outcome, occurrences, scheduled_for }) => [outcome, occurrences, scheduled_for.getUTCHours()]);
    expect(await told(once)).toEqual([
      ['coalesced', 4, 1],
      ['completed', 1, 5],
    ]);
    expect(await told(skip)).toEqual([['skipped', 5, 1]]);
    expect(await told(all)).toEqual([1, 2, 3, 4, 5].map((hour) => ['completed', 1, hour]));
  });

  it('may be deleted at any time', async () => {
    await rows.add({ schedule: { time: '06:00' } });
    await until('01T00:01');
    await sql('DELETE FROM reminders');
    await until('01T12:00');
    expect(seen).toEqual([]);
  });

  it('are not run while the process is paused, and the misfire policy says what they owe afterwards', async () => {
    await rows.add({ schedule: { time: '06:00' } });
    await until('01T00:01');
    const by = { name: 'ops' };
    await rows.scheduler.processes.update('reminders', { pausedUntil: new Date('2026-05-03T00:00:00Z') }, by);
    await until('02T12:00');
    expect(seen).toEqual([]);
    await until('03T12:00');
    expect(seen).toEqual(['2026-05-03T06:00:00.000Z']);
    expect((await rows.ledger()).map(({ outcome, occurrences }) => [outcome, occurrences])).toEqual([
      ['coalesced', 2],
      ['completed', 1],
    ]);
  });
});
