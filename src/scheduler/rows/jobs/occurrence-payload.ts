// The payload of a job of a row schedule: the occurrence. The row itself is read when the job runs.
import { z } from 'zod';
import type { RowOccurrence } from '../contract/row-occurrence.js';

/** Instants are milliseconds since 1970. Names are those that `db/rows` reads in the ledger's statement. */
export const occurrencePayload = z.object({
  key: z.string(),
  scheduled_for_ms: z.number(),
  due_ms: z.number(),
  missed_count: z.number().int(),
  missed_from_ms: z.number().nullable(),
  next_for_ms: z.number().nullable(),
});

export type OccurrencePayload = z.output<typeof occurrencePayload>;

export const payloadOf = (occurrence: RowOccurrence): OccurrencePayload => ({
  key: occurrence.key,
  scheduled_for_ms: occurrence.scheduledFor.getTime(),
  due_ms: occurrence.dueAt.getTime(),
  missed_count: occurrence.missedCount,
  missed_from_ms: occurrence.missedFrom?.getTime() ?? null,
  next_for_ms: occurrence.nextScheduledFor?.getTime() ?? null,
});
