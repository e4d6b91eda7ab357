// An occurrence of a schedule and a clock change, as shown by the API.
import { z } from 'zod';
import type { ClockChange, PreviewEntry } from '../../../scheduler/schedule/index.js';
import { isoOrNull, maybeTime, time } from '../../kit/json.js';

export const occurrenceSchema = z
  .object({
    at: maybeTime.meta({ description: 'null: skipped by a policy, see `notes`' }),
    local: z.string().meta({ description: 'Local time in the zone of the schedule' }),
    utc_offset: z.string().nullable(),
    notes: z.array(z.string()),
  })
  .meta({ id: 'Occurrence' });

export const occurrenceJson = ({ at, local, utcOffset, notes }: PreviewEntry): z.input<typeof occurrenceSchema> => ({
  at: isoOrNull(at),
  local,
  utc_offset: utcOffset,
  notes: [...notes],
});

export const clockChangeSchema = z
  .object({
    at: time,
    jump_minutes: z.number().meta({ description: 'How far the local clock moves forward; negative if it moves back' }),
  })
  .meta({ id: 'ClockChange' });

export const clockChangeJson = ({ atMs, jumpMinutes }: ClockChange): z.input<typeof clockChangeSchema> => ({
  at: new Date(atMs).toISOString(),
  jump_minutes: jumpMinutes,
});
