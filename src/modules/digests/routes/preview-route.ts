// The next digest of a schedule, shown to its owner without sending anything.
import { z } from 'zod';
import { isoOrNull, maybeTime, route, type Route } from '../../../routes/index.js';
import type { DigestPreview, PreviewDigest } from '../api/preview-digest.js';
import { digestParams, ownerOf } from './digest-routes.js';

export const previewSchema = z
  .object({
    scheduled_for: maybeTime.meta({ description: 'null: it is paused, or its schedule is invalid' }),
    local_time: z.string().nullable().meta({ description: 'On the schedule’s local clock' }),
    utc_offset: z.string().nullable(),
    notes: z.array(z.string()).meta({ description: 'What the policies did to its time, such as `gap_shifted`' }),
    would_send: z.boolean(),
    reason: z.string().nullable().meta({ description: 'Why it would not be sent now' }),
    updates: z.number(),
    more: z.number(),
    mail: z.object({ subject: z.string(), html: z.string(), text: z.string() }).nullable(),
  })
  .meta({ id: 'DigestPreview' });

export const previewJson = (preview: DigestPreview): z.input<typeof previewSchema> => ({
  scheduled_for: isoOrNull(preview.scheduledFor),
  local_time: preview.localTime,
  utc_offset: preview.utcOffset,
  notes: [...preview.notes],
  would_send: preview.wouldSend,
  reason: preview.reason,
  updates: preview.updates,
  more: preview.more,
  mail: preview.mail === null ? null : { ...preview.mail },
});

export const previewRoute = (preview: PreviewDigest): Route =>
  route({
    method: 'post',
    path: '/digest-schedules/:id/preview',
    id: 'previewDigest',
    tag: 'Digests',
    summary: 'Preview the next digest with the current updates; nothing is sent, and no summary is generated',
    params: digestParams,
    responses: { 200: { description: 'The time of the digest, and its mail', schema: previewSchema } },
    handle: async ({ params }, call) => ({ status: 200, body: previewJson(await preview(ownerOf(call), params.id)) }),
  });
