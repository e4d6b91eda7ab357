// luxon, used in the usual way: set the time of day in the zone, and add periods until the result is in the future.
import { DateTime } from 'luxon';
import { measure, rules } from './work.js';

const UNITS = { daily: 'days', weekly: 'weeks', monthly: 'months', yearly: 'years' } as const;

measure(() => (index, after) => {
  const { frequency, timezone, hour, minute, dayOfWeek, dayOfMonth, month } = rules[index]!;
  let at = DateTime.fromMillis(after, { zone: timezone }).set({ hour, minute, second: 0, millisecond: 0 });
  if (frequency === 'weekly') at = at.set({ weekday: dayOfWeek as 1 });
  if (frequency === 'monthly') at = at.set({ day: dayOfMonth });
  if (frequency === 'yearly') at = at.set({ day: dayOfMonth, month });
  while (at.toMillis() <= after) at = at.plus({ [UNITS[frequency]]: 1 });
  return at.toMillis();
});
