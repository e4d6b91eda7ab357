// A year on a manual clock: each local day has exactly one occurrence, save for what the zone's clock changes and the policies say.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineRowSchedule, previewSchedule, type RowOccurrence } from '../../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { addReminder, startRows, type RowTest } from './support.js';

const ZONES = ['America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kathmandu', 'Pacific/Apia'];
const TIMES = ['02:30', '09:00', '23:59'];
const START = new Date('2026-01-01T12:00:00Z');
const END = new Date('2027-01-01T12:00:00Z');
const STEP_MS = 28 * 86_400_000;
/** Local times that do not exist on a day, moved to after the gap. */
const MOVED: Readonly<Record<string, readonly string[]>> = {
  'America/New_York 02:30': ['2026-03-08T03:30:00'],
  'Africa/Casablanca 02:30': ['2026-03-22T03:30:00'],
};

describe('a year of schedules per row', () => {
  let test: TestDatabase;
  let rows: RowTest;
  const seen = new Map<string, RowOccurrence<'note'>[]>();

  const schedule = defineRowSchedule({
    name: 'reminders',
    table: 'reminders',
    timezone: 'timezone',
    schedule: 'schedule',
    columns: ['note'],
    inTransaction: async (_tx, occurrences) => {
      for (const one of occurrences) seen.set(String(one.row.note), [...(seen.get(String(one.row.note)) ?? []), one]);
    },
  });

  beforeAll(async () => {
    test = await createTestDatabase();
    rows = await startRows(test, [schedule], { start: START });
    for (const timezone of ZONES) {
      for (const time of TIMES) {
        for (const dst_gap of ['shift', 'skip']) {
          const note = `${timezone} ${time} ${dst_gap}`;
          await addReminder(test, { timezone, schedule: { time, dst_gap, misfire: 'all' }, note });
        }
      }
    }
    await rows.manual.runDue();
    // four weeks at a time, and each occurrence is made up for: the same plan as day by day, in a fraction of the time
    for (let at = START.getTime() + STEP_MS; at < END.getTime(); at += STEP_MS) {
      rows.manual.clock.set(new Date(at));
      await rows.manual.runDue();
    }
    rows.manual.clock.set(END);
    await rows.manual.runDue();
  }, 240_000);
  afterAll(async () => {
    await rows.stop();
    await test.close();
  });

  const cases = ZONES.flatMap((zone) => TIMES.map((time) => [zone, time] as const));

  it.each(cases)('runs once a day in %s at %s', (timezone, time) => {
    const local = (seen.get(`${timezone} ${time} shift`) ?? []).map(({ localTime }) => localTime);
    const days = local.map((text) => text.slice(0, 10));
    expect(new Set(days).size).toBe(days.length);
    expect(days.length).toBe(365);
    const moved = local.filter((text) => text.slice(11, 16) !== time);
    expect(moved).toEqual(MOVED[`${timezone} ${time}`] ?? []);
  });

  it.each(cases)('runs as the preview says in %s at %s, a skipped gap included', (timezone, time) => {
    for (const dstGap of ['shift', 'skip'] as const) {
      const ran = (seen.get(`${timezone} ${time} ${dstGap}`) ?? []).map(({ scheduledFor }) =>
        scheduledFor.toISOString(),
      );
      const foreseen = previewSchedule({ time, timezone, dstGap }, { after: START, count: 400 })
        .flatMap(({ at }) => (at === null ? [] : [at.toISOString()]))
        .filter((at) => at <= END.toISOString());
      expect(ran).toEqual(foreseen);
    }
  });
});
