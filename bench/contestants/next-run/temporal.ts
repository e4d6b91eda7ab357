// Temporal (the polyfill), used in the usual way: set the time of day on the local date, and add periods until it is in the future.
import { Temporal } from 'temporal-polyfill';
import { measure, rules } from './work.js';

measure(() => (index, after) => {
  const { frequency, timezone, hour, minute, dayOfWeek, dayOfMonth, month } = rules[index]!;
  const today = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timezone).toPlainDate();
  let date = today;
  if (frequency === 'weekly') date = today.add({ days: dayOfWeek - today.dayOfWeek });
  if (frequency === 'monthly') date = today.with({ day: dayOfMonth });
  if (frequency === 'yearly') date = today.with({ day: dayOfMonth, month });
  const step = { daily: { days: 1 }, weekly: { weeks: 1 }, monthly: { months: 1 }, yearly: { years: 1 } }[frequency];
  for (;;) {
    const at = date.toZonedDateTime({ timeZone: timezone, plainTime: { hour, minute } }).epochMilliseconds;
    if (at > after) return at;
    date = date.add(step);
  }
});
