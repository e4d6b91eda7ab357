// A list as shown to its owner over HTTP.
import { z } from 'zod';
import { isoOrNull, maybeTime, time, uuid } from '../../../routes/index.js';
import type { BatchList } from '../db/lists.js';

export const LIST_STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;

const count = z.number().int();

export const listSchema = z
  .object({
    id: uuid,
    job_id: uuid.nullable().meta({ description: 'Its import; null for an uploaded file' }),
    name: z.string(),
    audience: z.string(),
    source: z.enum(['members_api', 'csv']),
    priority: z.enum(PRIORITIES),
    status: z.enum(LIST_STATUSES),
    progress: z.object({
      pages: count,
      fetched: count,
      total: count
        .nullable()
        .meta({ description: 'As reported by the members API; it may change while the audience is read' }),
      inserted: count,
      duplicates: count,
      invalid: count,
      rate_per_s: z.number().nullable().meta({ description: 'Members per second, while it runs' }),
      eta_s: z.number().nullable().meta({ description: 'Remaining seconds, while it runs and the total is known' }),
    }),
    error: z.string().nullable(),
    created_at: time,
    started_at: maybeTime,
    completed_at: maybeTime,
  })
  .meta({ id: 'BatchList' });

/** Pure. */
export function listJson(list: BatchList): z.input<typeof listSchema> {
  const { pages, fetched, total, inserted, duplicates, invalid } = list;
  const rate = list.ratePerS === null ? null : Math.round(list.ratePerS * 10) / 10;
  const left = total === null ? null : Math.max(0, total - fetched);
  const { id, jobId: job_id, name, audience, source, priority, status, error } = list;
  return {
    ...{ id, job_id, name, audience, source, priority, status },
    progress: {
      ...{ pages, fetched, total, inserted, duplicates, invalid },
      rate_per_s: rate,
      eta_s: left === null || rate === null || rate === 0 ? null : Math.round((left / rate) * 10) / 10,
    },
    error,
    created_at: list.createdAt.toISOString(),
    started_at: isoOrNull(list.startedAt),
    completed_at: isoOrNull(list.completedAt),
  };
}
