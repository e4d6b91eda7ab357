// The tables of offset changes against luxon and Temporal, over every zone that the runtime knows.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { createZoneTables } from '../../../../src/scheduler/schedule/index.js';
import { intlZoneRules, type ZoneRulesSource } from '../../../../src/scheduler/schedule/zones/zone-rules.js';
import { seeded, ZONES } from '../support/arbitraries.js';
import { changesOf } from '../support/temporal-oracle.js';

const SECOND = 1_000;
const from1970 = Date.UTC(1970, 0, 1);
const to2100 = Date.UTC(2101, 0, 1);
const instant = fc.integer({ min: from1970 / SECOND, max: to2100 / SECOND }).map((s) => s * SECOND);

describe('zone tables', () => {
  it('agree with luxon at any instant from 1970 to 2100, in every zone', () => {
    const tables = createZoneTables();
    for (const zone of ZONES) {
      const luxon = IANAZone.create(zone);
      fc.assert(
        fc.property(instant, (ms) => {
          expect([zone, ms, tables.of(zone).spanAt(ms).offset]).toEqual([zone, ms, luxon.offset(ms) * 60_000]);
        }),
        seeded(15),
      );
    }
  });

  it('agree with luxon up to the year 9999, and the spans of a year reach its end without a hole', () => {
    const tables = createZoneTables();
    const farAhead = fc.integer({ min: Date.UTC(2101, 0, 1) / SECOND, max: Date.UTC(9_999, 11, 30) / SECOND });
    for (const zone of ZONES) {
      const luxon = IANAZone.create(zone);
      fc.assert(
        fc.property(
          farAhead.map((s) => s * SECOND),
          (ms) => {
            const span = tables.of(zone).spanAt(ms);
            const next = tables.of(zone).spanAt(span.end);
            const offsets = [ms, span.start, span.end - 1, span.end].map((at) => luxon.offset(at) * 60_000);
            expect([zone, ms, span.offset, span.offset, span.offset, next.offset]).toEqual([zone, ms, ...offsets]);
            expect(next.start).toBe(span.end);
          },
        ),
        seeded(10),
      );
    }
  });

  it('cost no more rules for the year 9000 than for the next century', () => {
    let asked = 0;
    const rules: ZoneRulesSource = (timezone) => {
      const offsetAt = intlZoneRules(timezone);
      return (ms) => {
        asked += 1;
        return offsetAt(ms);
      };
    };
    const berlin = createZoneTables(rules).of('Europe/Berlin');
    for (let year = 2_101; year < 2_200; year++) berlin.spanAt(Date.UTC(year, 5, 1));
    const before = asked;
    for (let year = 2_200; year < 10_000; year++) berlin.spanAt(Date.UTC(year, 5, 1));
    expect(asked).toBe(before);
  });

  it('know every change that Temporal knows from 2022 to 2029, to the second, in every zone', () => {
    const tables = createZoneTables();
    let changes = 0;
    for (const zone of ZONES) {
      const offsets = tables.of(zone);
      const seen: number[] = [];
      const end = Date.UTC(2029, 0, 1);
      for (let at = Date.UTC(2022, 0, 1); at < end;) {
        const span = offsets.spanAt(at);
        const next = offsets.spanAt(span.end);
        if (next.offset !== span.offset && span.end < end) seen.push(span.end);
        at = span.end;
      }
      expect([zone, seen]).toEqual([zone, changesOf(zone, Date.UTC(2022, 0, 1), end)]);
      changes += seen.length;
    }
    expect(changes).toBeGreaterThan(1_000);
  });

  it('say the same whatever was asked before, and when many years push each other out', () => {
    const worn = createZoneTables().of('Europe/Berlin');
    fc.assert(
      fc.property(instant, (ms) => {
        const { start, end, ...span } = createZoneTables().of('Europe/Berlin').spanAt(ms);
        expect(worn.spanAt(ms)).toEqual({ ...span, start, end });
      }),
      seeded(200),
    );
  });

  it('find changes a week apart (Gaza 2040)', () => {
    const gaza = createZoneTables().of('Asia/Gaza');
    const hours = ['2040-10-19T12:00Z', '2040-10-23T12:00Z', '2040-10-27T12:00Z'].map(
      (at) => gaza.spanAt(Date.parse(at)).offset / 3_600_000,
    );
    expect(hours).toEqual([2, 3, 2]);
  });

  it('read offsets with seconds (Monrovia until 1972)', () => {
    expect(
      createZoneTables()
        .of('Africa/Monrovia')
        .spanAt(Date.UTC(1971, 0, 1)).offset,
    ).toBe(-(44 * 60 + 30) * SECOND);
  });
});
