// The step that the delivery job runs before it renders a digest: adds a summary of its updates, if there is one.
import { z } from 'zod';
import type { PrepareTemplateData } from '../../../clients/notifier.js';
import type { Summarizer } from './create-summarizer.js';

/** Stored when the digest was planned; a digest that was sent manually has no schedule, and gets no summary. */
const planned = z.object({
  digest_schedule_id: z.string(),
  summary: z.undefined().optional(),
  items: z
    .array(z.object({ title: z.string().nullish(), body: z.string().nullish(), content_type: z.string().nullish() }))
    .min(1),
});

export const prepareDigest =
  (summarizer: Summarizer): PrepareTemplateData =>
  async ({ templateData }, { signal }) => {
    const known = planned.safeParse(templateData);
    if (!known.success) return templateData;
    const summary = await summarizer.summarize(known.data.items, signal);
    return summary === null ? templateData : { ...templateData, summary };
  };
