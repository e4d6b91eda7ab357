// The schema of quiet hours: validated when a user sets them, and read tolerantly if the host has written them.
import { z } from 'zod';
import { DAYS, isAlwaysQuiet, quietWeek, type QuietHours, type QuietWeek } from './quiet-hours.js';

const MOST_WINDOWS = 24;

const from = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time from 00:00 to 23:59');
const to = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time from 00:00 to 24:00');

const window = z
  .tuple([from, to], 'must be a list of two times, such as ["22:00", "07:00"]')
  .refine(([begin, end]) => begin !== end, 'must not end at the time at which it begins');
const windows = z.array(window).max(MOST_WINDOWS, `must hold at most ${MOST_WINDOWS} windows`);

const days = Object.fromEntries(DAYS.map((day) => [day, windows.optional()])) as Record<
  (typeof DAYS)[number],
  z.ZodOptional<typeof windows>
>;

export const quietHoursSchema = z
  .strictObject({ daily: windows.optional(), ...days })
  .refine((hours) => hours.daily === undefined || Object.keys(hours).length === 1, {
    path: ['daily'],
    message: 'cannot be combined with single days: repeat its windows for each day',
  })
  .refine((hours) => !isAlwaysQuiet(quietWeek(hours as QuietHours)), {
    message: 'must leave some time of the week: to receive nothing at all, use muted_until',
    abort: true,
  })
  .meta({
    id: 'QuietHours',
    description:
      'Windows of the recipient’s local week, either `daily` or by day (`mon` to `sun`). A window that ends before it begins continues into the next day',
    examples: [{ daily: [['22:00', '07:00']] }],
  });

/** The quiet hours of a recipient's row. `invalid` is treated like none. */
export type StoredQuietHours =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'always' }
  | { readonly kind: 'week'; readonly week: QuietWeek };

const stored = z.strictObject({ daily: windows.optional(), ...days });

/** Pure. Never throws: a host may have written anything. */
export function readQuietHours(value: unknown): StoredQuietHours {
  if (value === null || value === undefined) return { kind: 'none' };
  const parsed = stored.safeParse(value);
  if (!parsed.success) return { kind: 'invalid' };
  const week = quietWeek(parsed.data);
  if (week.length === 0) return { kind: 'none' };
  return isAlwaysQuiet(week) ? { kind: 'always' } : { kind: 'week', week };
}
