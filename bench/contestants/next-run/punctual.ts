// Punctual, from the schedule as written to the result: the time includes validation, compilation and the tables of offsets.
import {
  compileSchedule,
  createZoneTables,
  normalizeSchedule,
  type ScheduleInput,
} from '../../../src/scheduler/schedule/index.js';
import { measure, rules, type Rule } from './work.js';

const two = (n: number): string => String(n).padStart(2, '0');

function inputOf({ frequency, timezone, hour, minute, dayOfWeek, dayOfMonth, month }: Rule): ScheduleInput {
  const common = { frequency, timezone, time: `${two(hour)}:${two(minute)}` };
  if (frequency === 'weekly') return { ...common, dayOfWeek };
  if (frequency === 'monthly') return { ...common, dayOfMonth };
  return frequency === 'yearly' ? { ...common, dayOfMonth, month } : common;
}

const inputs = rules.map(inputOf);

measure(() => {
  const zones = createZoneTables();
  const anchor = new Date(0);
  const compiled = inputs.map((input) => compileSchedule(normalizeSchedule(input), { anchor, zones }));
  return (rule, after) => compiled[rule]!.next(after)!;
});
