// Every frequency and policy against Temporal, over every zone, around changes of offset and at any time from 1970 to 2100.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileSchedule, type Schedule } from '../../../src/scheduler/schedule/index.js';
import {
  parsed,
  preset,
  realTimeCron,
  seeded,
  timeOfDay,
  wallClockCron,
  policies,
  ZONES,
} from './support/arbitraries.js';
import { changesOf, cronOccurrences, hourlyOccurrences, presetOccurrences } from './support/temporal-oracle.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function occurrences(schedule: Schedule, after: number, count: number): number[] {
  const compiled = compileSchedule(schedule, { anchor: new Date(after) });
  const found: number[] = [];
  for (let at = compiled.next(after); at !== null && found.length < count; at = compiled.next(at)) found.push(at);
  return found;
}

const until = (schedule: Schedule, after: number, end: number): number[] =>
  occurrences(schedule, after, 5_000).filter((ms) => ms <= end);

/** A moment within two days of a change of offset, if the zone has any in that decade; else anywhere. */
const moment = (zone: string): fc.Arbitrary<number> =>
  fc
    .tuple(
      fc.integer({ min: 1_973, max: 2_095 }),
      fc.nat(),
      fc.integer({ min: -48 * 60, max: 6 * 60 }),
      fc.constantFrom(0, 0, 1, 999, 30_000),
    )
    .map(([year, pick, minutes, ms]) => {
      const start = Date.UTC(year, 0, 1);
      const changes = changesOf(zone, start, start + 3 * 366 * DAY);
      return (changes[pick % changes.length] ?? start + (pick % 366) * DAY) + minutes * 60_000 + ms;
    });

const withDates = fc.record({
  startsIn: fc.option(fc.integer({ min: -40, max: 40 })),
  endsIn: fc.option(fc.integer({ min: 41, max: 90 })),
});
const dateAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function bounds(after: number, { startsIn, endsIn }: { startsIn: number | null; endsIn: number | null }) {
  return {
    ...(startsIn === null ? {} : { starts_on: dateAt(after + startsIn * DAY) }),
    ...(endsIn === null ? {} : { ends_on: dateAt(after + endsIn * DAY) }),
  };
}

describe('next runs against Temporal', () => {
  it('from daily to yearly, in every zone', () => {
    for (const zone of ZONES) {
      fc.assert(
        fc.property(moment(zone), preset, withDates, (after, json, dates) => {
          const schedule = parsed({ ...json, ...bounds(after, dates), timezone: zone });
          if (schedule === null) return;
          const end = after + 400 * DAY;
          const found = occurrences(schedule, after, 3).filter((ms) => ms <= end);
          expect([json, after, found]).toEqual([json, after, presetOccurrences(schedule, after, 3, end)]);
        }),
        seeded(2),
      );
    }
  });

  it('every day through every change of twenty years, under all policies, in every zone', () => {
    for (const zone of ZONES) {
      fc.assert(
        fc.property(fc.integer({ min: 1_973, max: 2_080 }), timeOfDay, policies, (year, time, chosen) => {
          const schedule = parsed({ frequency: 'daily', time, ...chosen, timezone: zone }) as Schedule;
          for (const change of changesOf(zone, Date.UTC(year, 0, 1), Date.UTC(year + 20, 0, 1)).slice(0, 8)) {
            const after = change - 2 * DAY;
            expect([time, chosen, occurrences(schedule, after, 5)]).toEqual([
              time,
              chosen,
              presetOccurrences(schedule, after, 5, after + 12 * DAY),
            ]);
          }
        }),
        seeded(1),
      );
    }
  });

  it('wall-clock cron, in every zone', () => {
    for (const zone of ZONES) {
      fc.assert(
        fc.property(
          moment(zone),
          wallClockCron,
          policies,
          withDates,
          (after, cron, { month_end: _, ...chosen }, dates) => {
            const schedule = parsed({ frequency: 'cron', cron, ...chosen, ...bounds(after, dates), timezone: zone });
            if (schedule === null) return;
            const end = after + 4 * DAY;
            expect([cron, until(schedule, after, end)]).toEqual([cron, cronOccurrences(schedule, false, after, end)]);
          },
        ),
        seeded(2),
      );
    }
  });

  it('real-time cron, in every zone', () => {
    for (const zone of ZONES) {
      fc.assert(
        fc.property(moment(zone), realTimeCron, policies, (after, cron, { month_end: _, ...chosen }) => {
          const schedule = parsed({ frequency: 'cron', cron, ...chosen, timezone: zone });
          if (schedule === null) return;
          const end = after + 1.5 * DAY;
          expect([cron, until(schedule, after, end)]).toEqual([cron, cronOccurrences(schedule, true, after, end)]);
        }),
        seeded(1),
      );
    }
  });

  it('hourly: every hour of real time', () => {
    const zone = fc.constantFrom(
      ...ZONES,
      ...Array<string>(80).fill('Australia/Lord_Howe'),
      'Pacific/Apia',
      'Asia/Beirut',
    );
    const aroundChange = zone.chain((name) => fc.tuple(fc.constant(name), moment(name)));
    fc.assert(
      fc.property(
        aroundChange,
        timeOfDay,
        fc.constantFrom(1, 1, 2, 5, 24),
        withDates,
        ([name, after], time, interval, dates) => {
          const json = {
            frequency: 'hourly' as const,
            time: time.slice(0, 5),
            interval,
            timezone: name,
            ...bounds(after, dates),
          };
          const schedule = parsed(json) as Schedule;
          const end = after + 2.5 * DAY;
          expect([json, until(schedule, after, end)]).toEqual([json, hourlyOccurrences(schedule, after, end)]);
        },
      ),
      seeded(60),
    );
  });
});
