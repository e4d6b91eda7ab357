// The schema of a schedule: validation, types and OpenAPI from one place; messages name the allowed values.
import { z } from 'zod';
import { checkCanFire, checkSchedule } from './check-schedule.js';
import { FREQUENCIES } from '../schedule.js';

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

const text = (what: string, pattern: RegExp) => z.string({ error: what }).regex(pattern, { error: what });

const shape = {
  frequency: oneOf(FREQUENCIES).optional().describe('Default daily.'),
  interval: whole(1, 10_000)
    .optional()
    .describe(
      'Every n-th period, counted from the one that contains starts_on; hourly counts elapsed hours. Default 1.',
    ),
  time: text('must be a local time HH:MM or HH:MM:SS, from 00:00 to 23:59:59', /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/)
    .optional()
    .describe('Local wall clock; for hourly its minutes count. Default 09:00.'),
  day_of_week: whole(1, 7).optional().describe('1 = Monday … 7 = Sunday; weekly only.'),
  day_of_month: whole(1, 31).optional().describe('Monthly, quarterly and yearly.'),
  month: whole(1, 12).optional().describe('Yearly; for quarterly its phase.'),
  cron: z
    .string({ error: 'must be a cron pattern of five or six fields' })
    .optional()
    .describe('Five fields, or six with seconds first; with frequency cron only.'),
  timezone: z
    .string({ error: 'must be an IANA time zone name such as Europe/Berlin' })
    .optional()
    .describe('Default UTC.'),
  dst_gap: oneOf(['shift', 'skip']).optional().describe('The local time does not exist that day. Default shift.'),
  dst_overlap: oneOf(['first', 'second', 'both'])
    .optional()
    .describe('The local time exists twice that day. Default first.'),
  month_end: oneOf(['clamp', 'skip']).optional().describe('The month has no such day. Default clamp.'),
  misfire: oneOf(['once', 'skip', 'all']).optional().describe('What happens to missed occurrences. Default once.'),
  misfire_grace_s: whole(0, 604_800)
    .optional()
    .describe('Seconds that an occurrence may be late with misfire skip. Default 60.'),
  misfire_cap: whole(1, 1_000)
    .optional()
    .describe('Maximum number of missed occurrences that run with misfire all. Default 100.'),
  spread_s: whole(0, 86_400)
    .optional()
    .describe('Seconds over which occurrences are spread, by a hash of the entity. Default 0.'),
  starts_on: text('must be a date YYYY-MM-DD', /^\d{4}-\d{2}-\d{2}$/)
    .optional()
    .describe('Local date, inclusive.'),
  ends_on: text('must be a date YYYY-MM-DD', /^\d{4}-\d{2}-\d{2}$/)
    .optional()
    .describe('Local date, inclusive.'),
};

const nullable = Object.fromEntries(
  Object.entries(shape).map(([name, schema]) => [name, schema.unwrap().nullable().optional()]),
) as { [K in keyof typeof shape]: z.ZodOptional<z.ZodNullable<ReturnType<(typeof shape)[K]['unwrap']>>> };

const noSchedule = (issue: { readonly code?: string }): string | undefined =>
  issue.code === 'invalid_type' ? 'must be a schedule object' : undefined;

/** Some fields of a schedule; null removes one. They are validated together with the rest of the schedule. */
export const schedulePatchSchema = z
  .strictObject(nullable, { error: noSchedule })
  .meta({ id: 'SchedulePatch', description: 'Fields of a schedule; null removes one.' });

/** Strict: unknown fields are refused, and so are fields that the frequency does not use. */
export const scheduleSchema = z
  .strictObject(shape, { error: noSchedule })
  .superRefine((schedule, context) => {
    const fieldsAreRight = context.issues.length === 0;
    const errors = checkSchedule(schedule);
    for (const { path, message } of errors) context.addIssue({ code: 'custom', path: [path], message });
    if (!fieldsAreRight || errors.length > 0) return;
    for (const { path, message } of checkCanFire(schedule)) context.addIssue({ code: 'custom', path: [path], message });
  })
  .meta({ id: 'Schedule', description: 'When something runs, in its own local time.' });
