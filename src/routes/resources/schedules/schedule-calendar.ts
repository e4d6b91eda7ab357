// The schedule lab: any schedule over a year by local day, and what another policy would change.
import { z } from 'zod';
import type { Clock } from '../../../base/clock.js';
import {
  compareSchedule,
  describeSchedule,
  parseSchedule,
  scheduleCalendar,
  scheduleSchema,
  tzVersion,
  type CalendarDay,
  type PolicyComparison,
} from '../../../scheduler/schedule/index.js';
import { timeInput } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import { clockChangeJson, clockChangeSchema, occurrenceJson, occurrenceSchema } from './occurrence-json.js';

const MOST_OCCURRENCES = 10_000;
const WRONG_MOST = `must be a whole number from 1 to ${MOST_OCCURRENCES}`;
const MOST_DAYS = 370;

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date YYYY-MM-DD');

const range = {
  schedule: scheduleSchema,
  from: date.meta({ description: 'First local date, `YYYY-MM-DD`' }),
  to: date.meta({ description: `Last local date, within ${MOST_DAYS} days of \`from\`` }),
  anchor: timeInput.optional().meta({
    description:
      'Its local date provides the values that the schedule leaves open (weekday, day, month, interval); default: now',
  }),
};

const calendarBody = z
  .strictObject({
    ...range,
    max_occurrences: z
      .int({ error: WRONG_MOST })
      .min(1, { error: WRONG_MOST })
      .max(MOST_OCCURRENCES, { error: WRONG_MOST })
      .default(MOST_OCCURRENCES)
      .meta({ description: 'Limit of entries that have a time; the first ones are listed' }),
  })
  .meta({ id: 'CalendarRequest' });

const localDate = z.iso.date().meta({ description: 'Local date in the zone of the schedule' });

const calendarSchema = z
  .object({
    zone: z.string(),
    days: z
      .array(
        z.object({
          date: localDate,
          occurrences: z.array(occurrenceSchema),
          clock_change: clockChangeSchema.nullable(),
        }),
      )
      .meta({ description: 'Days with an occurrence, with one that a policy left out, or with a clock change' }),
    total: z.number().meta({ description: 'Entries that have a time' }),
    truncated: z.boolean().meta({ description: 'There are more than `max_occurrences`' }),
    description: z.string(),
    tz_version: z.string(),
  })
  .meta({ id: 'Calendar' });

const comparisonSchema = z
  .object({
    zone: z.string(),
    policies: z.array(
      z.object({
        field: z.enum(['dst_gap', 'dst_overlap', 'month_end']),
        current: z.string().meta({ description: 'The value in the schedule' }),
        values: z.array(z.string()).meta({ description: 'The default first' }),
        days: z
          .array(z.object({ date: localDate, by_value: z.record(z.string(), z.array(occurrenceSchema)) }))
          .meta({ description: 'Days on which the values differ' }),
      }),
    ),
    truncated: z.boolean().meta({ description: 'Some days have more occurrences than were compared' }),
  })
  .meta({ id: 'PolicyComparison' });

const dayJson = ({ date, occurrences, clockChange }: CalendarDay) => ({
  date,
  occurrences: occurrences.map(occurrenceJson),
  clock_change: clockChange && clockChangeJson(clockChange),
});

const policyJson = ({ field, current, values, days }: PolicyComparison) => ({
  field,
  current,
  values: [...values],
  days: days.map(({ date, byValue }) => ({
    date,
    by_value: Object.fromEntries(Object.entries(byValue).map(([value, list]) => [value, list.map(occurrenceJson)])),
  })),
});

export const scheduleCalendarRoutes = ({ clock }: { clock: Clock }): Route[] => [
  route({
    method: 'post',
    path: '/schedules/calendar',
    id: 'scheduleCalendar',
    role: 'viewer',
    tag: 'Schedules',
    summary: 'Every occurrence of a schedule by local day, and the clock changes',
    body: calendarBody,
    responses: { 200: { description: 'The days', schema: calendarSchema } },
    handle: ({ body: { schedule: json, max_occurrences: maxOccurrences, anchor = clock.now(), from, to } }) => {
      const schedule = parseSchedule(json);
      const { days, ...rest } = scheduleCalendar(schedule, { from, to, anchor, maxOccurrences });
      const description = describeSchedule(schedule, { after: clock.now(), anchor });
      const body: z.input<typeof calendarSchema> = {
        ...{ ...rest, days: days.map(dayJson) },
        ...{ description, tz_version: tzVersion() },
      };
      return { status: 200, body };
    },
  }),
  route({
    method: 'post',
    path: '/schedules/compare',
    id: 'compareSchedule',
    role: 'viewer',
    tag: 'Schedules',
    summary: 'The effect of each value of `dst_gap`, `dst_overlap` and `month_end` on the days that differ',
    body: z.strictObject(range).meta({ id: 'CompareRequest' }),
    responses: { 200: { description: 'One comparison for each policy', schema: comparisonSchema } },
    handle: ({ body: { schedule, anchor = clock.now(), from, to } }) => {
      const { policies, ...rest } = compareSchedule(parseSchedule(schedule), { from, to, anchor });
      const body: z.input<typeof comparisonSchema> = { ...rest, policies: policies.map(policyJson) };
      return { status: 200, body };
    },
  }),
];
