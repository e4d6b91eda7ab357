// Preview: the occurrences of a schedule, computed by the function that fires them.
import { z } from 'zod';
import type { Clock } from '../../../base/clock.js';
import {
  describeSchedule,
  jsonToInput,
  previewSchedule,
  scheduleSchema,
  tzVersion,
} from '../../../scheduler/schedule/index.js';
import { timeInput } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import { occurrenceJson, occurrenceSchema } from './occurrence-json.js';

const MOST_OCCURRENCES = 1_000;
const STANDARD_COUNT = 10;
const WRONG_COUNT = `must be a whole number from 1 to ${MOST_OCCURRENCES}`;

const previewBody = z
  .strictObject({
    schedule: scheduleSchema,
    after: timeInput.optional().meta({ description: 'Occurrences are strictly after this; default: now' }),
    count: z
      .int({ error: WRONG_COUNT })
      .min(1, { error: WRONG_COUNT })
      .max(MOST_OCCURRENCES, { error: WRONG_COUNT })
      .default(STANDARD_COUNT)
      .meta({ description: 'Entries that have a time' }),
  })
  .meta({ id: 'PreviewRequest' });

const previewSchema = z
  .object({ occurrences: z.array(occurrenceSchema), description: z.string(), tz_version: z.string() })
  .meta({ id: 'Preview' });

export const scheduleRoutes = ({ clock }: { clock: Clock }): Route[] => [
  route({
    method: 'post',
    path: '/schedules/preview',
    id: 'previewSchedule',
    role: 'viewer',
    tag: 'Schedules',
    summary: 'The next occurrences of a schedule, and the schedule in words',
    body: previewBody,
    responses: { 200: { description: 'The occurrences', schema: previewSchema } },
    handle: ({ body: { schedule: json, count, after = clock.now() } }) => {
      const schedule = jsonToInput(json);
      const occurrences = previewSchedule(schedule, { after, count });
      const body: z.input<typeof previewSchema> = {
        occurrences: occurrences.map(occurrenceJson),
        description: describeSchedule(schedule, { after }),
        tz_version: tzVersion(),
      };
      return { status: 200, body };
    },
  }),
];
