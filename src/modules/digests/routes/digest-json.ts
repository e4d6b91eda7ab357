// Digest schedules in the notation of the API.
import { z } from 'zod';
import { isoOrNull, maybeTime } from '../../../routes/index.js';
import type { DigestSchedule } from '../api/schedule-view.js';
import { MOST_UPDATES } from '../options.js';
import { FREQUENCIES } from '../schedule/digest-rule.js';

const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });

/** Ids of the host, of any type. */
const hostId = z
  .union([z.string().min(1).max(200), z.int().nonnegative()], {
    error: 'must be text of 1 to 200 characters, or a whole number',
  })
  .transform(String)
  .meta({ description: 'An id of the application: text or a whole number' });

const rule = {
  frequency: oneOf(FREQUENCIES),
  delivery_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'must be a local time HH:MM or HH:MM:SS, from 00:00 to 23:59:59')
    .meta({ description: 'Local wall clock. Default 09:00' }),
  delivery_day: z
    .int()
    .min(1)
    .max(31)
    .meta({ description: 'Weekly: 1 = Monday … 7 = Sunday; monthly: 1 … 31. Default 1' }),
  timezone: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'An IANA name. Default: the recipient’s, which it then follows, else UTC' }),
  is_active: z.boolean(),
  max_updates_per_digest: z.int().min(1).max(MOST_UPDATES).meta({ description: 'Default 20' }),
  include_content_types: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(50)
    .meta({ description: 'Only updates of these types; null: all' }),
  dst_gap: oneOf(['shift', 'skip']).meta({ description: 'The local time does not exist that day. Default shift' }),
  dst_overlap: oneOf(['first', 'second', 'both']).meta({
    description: 'The local time exists twice that day. Default first',
  }),
  month_end: oneOf(['clamp', 'skip']).meta({ description: 'The month has no such day. Default clamp' }),
  misfire: oneOf(['once', 'skip', 'all']).meta({ description: 'Policy for missed digests. Default once' }),
};

/** Null resets a field to its default. */
const fields = Object.fromEntries(
  Object.entries(rule).map(([name, schema]) => [name, schema.nullable().optional()]),
) as { [K in keyof typeof rule]: z.ZodOptional<z.ZodNullable<(typeof rule)[K]>> };

export const createBody = z.strictObject({ recipient_id: hostId, group_id: hostId, ...fields });

export const patchBody = z
  .strictObject(fields)
  .refine((body) => Object.keys(body).length > 0, 'give at least one field')
  .meta({ description: 'Fields to change; null removes a field' });

export const digestScheduleSchema = z
  .object({
    id: z.string(),
    recipient_id: z.string(),
    group_id: z.string(),
    frequency: z.string(),
    delivery_time: z.string(),
    delivery_day: z.number().nullable(),
    timezone: z.string(),
    timezone_follows_recipient: z.boolean().meta({ description: 'No zone was chosen: it is the recipient’s' }),
    is_active: z.boolean(),
    max_updates_per_digest: z.number(),
    include_content_types: z.array(z.string()).nullable(),
    dst_gap: z.string(),
    dst_overlap: z.string(),
    month_end: z.string(),
    misfire: z.string(),
    last_digest_sent: maybeTime,
    next_digest_scheduled: maybeTime.meta({ description: 'null: it is paused, or is being planned' }),
    description: z
      .string()
      .nullable()
      .meta({ description: 'In words; null: the schedule is invalid and sends nothing' }),
    created_at: maybeTime,
    updated_at: maybeTime,
  })
  .meta({ id: 'DigestSchedule' });

export const digestScheduleJson = (one: DigestSchedule): z.input<typeof digestScheduleSchema> => ({
  id: one.id,
  recipient_id: one.recipientId,
  group_id: one.groupId,
  frequency: one.frequency,
  delivery_time: one.deliveryTime,
  delivery_day: one.deliveryDay,
  timezone: one.timezone,
  timezone_follows_recipient: one.timezoneFollowsRecipient,
  is_active: one.isActive,
  max_updates_per_digest: one.maxUpdatesPerDigest,
  include_content_types: one.includeContentTypes === null ? null : [...one.includeContentTypes],
  dst_gap: one.dstGap,
  dst_overlap: one.dstOverlap,
  month_end: one.monthEnd,
  misfire: one.misfire,
  last_digest_sent: isoOrNull(one.lastDigestSent),
  next_digest_scheduled: isoOrNull(one.nextDigestScheduled),
  description: one.description,
  created_at: isoOrNull(one.createdAt),
  updated_at: isoOrNull(one.updatedAt),
});
