// The same rules as cron patterns, for the cron libraries.
import type { Rule } from './work.js';

export function cronOf({ frequency, hour, minute, dayOfWeek, dayOfMonth, month }: Rule): string {
  if (frequency === 'weekly') return `${minute} ${hour} * * ${dayOfWeek}`;
  if (frequency === 'monthly') return `${minute} ${hour} ${dayOfMonth} * *`;
  return frequency === 'yearly' ? `${minute} ${hour} ${dayOfMonth} ${month} *` : `${minute} ${hour} * * *`;
}
