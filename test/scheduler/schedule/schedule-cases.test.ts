// Schedules with their true occurrences, computed by another implementation (test/data/schedule-cases.json).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  nextRun,
  parseSchedule,
  previewSchedule,
  type PreviewEntry,
  type ScheduleJson,
} from '../../../src/scheduler/schedule/index.js';

interface Case {
  readonly schedule: ScheduleJson;
  readonly after: string;
  readonly count: number;
  readonly expect: readonly string[];
}

const cases = JSON.parse(readFileSync(new URL('../../data/schedule-cases.json', import.meta.url), 'utf8')) as Case[];
const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');
const runs = (entries: readonly PreviewEntry[]): string[] => entries.flatMap(({ at }) => (at ? [iso(at)] : []));

describe('the known cases', () => {
  it('are all there', () => expect(cases).toHaveLength(1_575));

  it.each([...new Set(cases.map(({ schedule }) => schedule.timezone as string))])(
    'are previewed to the second in %s',
    (zone) => {
      for (const { schedule, after, count, expect: expected } of cases) {
        if (schedule.timezone !== zone || expected.length === 0) continue;
        const entries = previewSchedule(parseSchedule(schedule), { after: new Date(after), count });
        expect({ schedule, after, runs: runs(entries) }).toEqual({ schedule, after, runs: expected });
      }
    },
  );

  it('fire as they are previewed', () => {
    for (const { schedule, after, expect: expected } of cases) {
      if (expected.length === 0) continue;
      const anchor = new Date(after);
      const fired: string[] = [];
      for (let at: Date | null = anchor; at && fired.length < expected.length;) {
        at = nextRun(parseSchedule(schedule), at, { anchor });
        if (at) fired.push(iso(at));
      }
      expect({ schedule, after, fired }).toEqual({ schedule, after, fired: expected });
    }
  });

  it('are refused where they can never fire', () => {
    const impossible = cases.filter(({ expect: expected }) => expected.length === 0);
    expect(impossible.length).toBeGreaterThan(0);
    for (const { schedule } of impossible) expect(() => parseSchedule(schedule)).toThrow(/never fire/);
  });
});
