// Reads a cron pattern a second time with croner, when a schedule is set: if the two differ, one of them is wrong.
import { Cron } from 'croner';
import { EVERY, LAST, type CronPattern } from './cron-pattern.js';
import { cronSequence } from './cron-sequence.js';

const bits = (mask: number, from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((n) => mask & (1 << n));

function daysOf({ anyDay, days, nearestWeekdays, lastDays, lastWeekdays }: CronPattern): string {
  if (anyDay) return '*';
  const list = [...bits(days, 1, 31), ...nearestWeekdays.map((day) => `${day}W`), ...lastDays.map(() => 'L')];
  return list.length === 0 && lastWeekdays.length > 0 ? 'LW' : list.join(',');
}

function weekdaysOf({ anyWeekday, weekdays, bothDays }: CronPattern): string {
  if (anyWeekday) return '*';
  const list = weekdays.flatMap((mask, day) => {
    if ((mask & EVERY) === EVERY) return [String(day)];
    return [...bits(mask, 1, 5).map((n) => `${day}#${n}`), ...(mask & LAST ? [`${day}#L`] : [])];
  });
  return `${bothDays ? '+' : ''}${list.join(',')}`;
}

/** In plain lists; null for notations that croner does not know: `L-3`, and `LW` beside other days. */
function inCronersWords(pattern: CronPattern): string | null {
  const { seconds, minutes, hours, months, lastDays, lastWeekdays, days, nearestWeekdays } = pattern;
  const others = days !== 0 || nearestWeekdays.length > 0 || lastDays.length > 0;
  if ([...lastDays, ...lastWeekdays].some((before) => before > 0) || (lastWeekdays.length > 0 && others)) return null;
  const fields = [seconds, minutes, hours].map((numbers) => numbers.join(','));
  return [...fields, daysOf(pattern), [...months].join(','), weekdaysOf(pattern)].join(' ');
}

/** True when croner finds the same next local time after `now` (epoch ms), or cannot read such a pattern at all. */
export function secondReaderAgrees(pattern: CronPattern, now: number): boolean {
  const plain = inCronersWords(pattern);
  if (plain === null) return true;
  const theirs = new Cron(plain, { timezone: 'UTC', paused: true }).nextRun(new Date(now))?.getTime() ?? Infinity;
  return cronSequence(pattern).atOrAfter(Math.floor(now / 1_000) * 1_000 + 1_000) === theirs;
}
