// Cron patterns and hourly schedules against Temporal, over every zone, around changes of offset and at any time from 1970 to 2100.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Schedule } from '../../../src/scheduler/schedule/index.js';
import { parsed, policies, realTimeCron, seeded, timeOfDay, wallClockCron, ZONES } from './support/arbitraries.js';
import { bounds, DAY, moment, until, withDates } from './support/moments.js';
import { cronOccurrences, hourlyOccurrences } from './support/temporal-oracle.js';

describe('cron and hourly schedules against Temporal', () => {
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
