// Cron cases from the test suites of other schedulers, with instants that were computed independently.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { nextRun, type ScheduleJson } from '../../../../src/scheduler/schedule/index.js';

interface PeerCase {
  readonly cron: string;
  readonly timezone: string;
  readonly policy?: Pick<ScheduleJson, 'dst_gap' | 'dst_overlap'>;
  readonly after: string;
  readonly expect: readonly string[];
  readonly from: string;
}

const cases = JSON.parse(
  readFileSync(new URL('../../../data/peer-cron-cases.json', import.meta.url), 'utf8'),
) as readonly PeerCase[];
/** One day for some readers and the whole week for others: refused here. */
const REFUSED = new Set(['0 0 * * Sun-Sun']);

function runsOf({ cron, timezone, policy, after, expect: { length } }: PeerCase): readonly string[] {
  const found: string[] = [];
  for (let at = new Date(after); found.length < length;) {
    const next = nextRun({ frequency: 'cron', cron, timezone, ...policy }, at);
    if (next === null) break;
    found.push(next.toISOString());
    at = next;
  }
  return found;
}

describe('cron cases of other schedulers', () => {
  it.each([...new Set(cases.map(({ from }) => from))])('%s', (from) => {
    const own = cases.filter((one) => one.from === from && !REFUSED.has(one.cron));
    expect(own.length).toBeGreaterThan(0);
    expect(own.map((one) => [one.cron, one.timezone, runsOf(one)])).toEqual(
      own.map((one) => [one.cron, one.timezone, one.expect]),
    );
  });
});
