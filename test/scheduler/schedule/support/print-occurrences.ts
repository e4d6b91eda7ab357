// Run as a process of its own: prints a digest of every known case under several ideas of what day it is today.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  compileSchedule,
  describeSchedule,
  parseSchedule,
  type ScheduleJson,
} from '../../../../src/scheduler/schedule/index.js';

interface Case {
  schedule: ScheduleJson;
  after: string;
  count: number;
  expect: string[];
}

const cases = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Case[];
const todays = ['1999-12-31T23:59:59Z', '2026-03-08T06:59:00Z', '2026-07-01T00:00:00Z', '2026-12-01T00:00:00Z'];
const RealDate = Date;

function pretendItIs(today: string): void {
  const now = RealDate.parse(today);
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args) => (args.length === 0 ? new target(now) : Reflect.construct(target, args)) as object,
    get: (target, key) => (key === 'now' ? () => now : (Reflect.get(target, key) as unknown)),
  });
}

function occurrencesOf({ schedule, after, count }: Case): number[] {
  const anchor = new RealDate(after);
  const compiled = compileSchedule(parseSchedule(schedule), { anchor });
  const found: number[] = [];
  for (let at = compiled.next(anchor.getTime()); at !== null && found.length < count; at = compiled.next(at))
    found.push(at);
  return found;
}

const digests = todays.map((today) => {
  pretendItIs(today);
  const hash = createHash('sha256');
  for (const one of cases.filter(({ expect }) => expect.length > 0)) hash.update(JSON.stringify(occurrencesOf(one)));
  hash.update(
    describeSchedule({ time: '02:30', timezone: 'America/New_York' }, { after: new RealDate('2026-01-01T00:00:00Z') }),
  );
  return hash.digest('hex');
});
process.stdout.write(JSON.stringify({ localHour: new RealDate(0).getHours(), digests }));
