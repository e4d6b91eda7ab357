// Presets from daily to yearly against Temporal, over every zone, around changes of offset and at any time from 1970 to 2100.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Schedule } from '../../../src/scheduler/schedule/index.js';
import { parsed, policies, preset, seeded, timeOfDay, ZONES } from './support/arbitraries.js';
import { bounds, DAY, moment, occurrences, withDates } from './support/moments.js';
import { changesOf, presetOccurrences } from './support/temporal-oracle.js';

describe('presets against Temporal', () => {
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
});
