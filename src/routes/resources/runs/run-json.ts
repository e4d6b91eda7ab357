// A run as shown by the API.
import { z } from 'zod';
import type { Run } from '../../scheduler-port.js';
import { PAYLOAD_NOTE, type ShowPayload } from '../../access/payloads.js';
import { isoOrNull, maybeTime, time } from '../../kit/json.js';
import { inputJson } from './run-input.js';

export const errorSampleSchema = z
  .object({ id: z.string(), code: z.string(), message: z.string(), at: z.string() })
  .meta({ id: 'ErrorSample', description: 'An error of one subscription or job' });

export const runSchema = z
  .object({
    id: z.string(),
    process: z.string(),
    slot: maybeTime.meta({ description: 'The slot that this run is for; null for a manual trigger' }),
    trigger: z.enum(['tick', 'manual', 'cron', 'retry']),
    triggered_by: z.string().nullable(),
    instance_id: z.string(),
    status: z.enum(['running', 'completed', 'failed', 'cancelled', 'abandoned']),
    started_at: time,
    finished_at: maybeTime,
    duration_ms: z.number().nullable(),
    counts: z.record(z.string(), z.number()).meta({ description: '`processed = successful + failed`' }),
    progress: z.object({ done: z.number(), total: z.number().nullable(), note: z.string().nullable() }).nullable(),
    error: z.string().nullable(),
    stopped_early: z.boolean(),
    errors: z.array(errorSampleSchema).meta({ description: 'At most ten samples' }),
    error_groups: z.record(z.string(), z.number()).meta({ description: 'How often each error code was seen' }),
    input: z.unknown().meta({ description: `What the trigger asked for; ${PAYLOAD_NOTE}` }),
    parent_id: z.string().nullable().meta({ description: 'The run of the batch worker that this run is part of' }),
  })
  .meta({ id: 'Run' });

export const durationMs = ({ startedAt, finishedAt }: Pick<Run, 'startedAt' | 'finishedAt'>): number | null =>
  finishedAt && finishedAt.getTime() - startedAt.getTime();

export const runJson = (run: Run, show: ShowPayload): z.input<typeof runSchema> => ({
  id: run.id,
  process: run.process,
  slot: isoOrNull(run.slot),
  trigger: run.trigger,
  triggered_by: run.triggeredBy,
  instance_id: run.instanceId,
  status: run.status,
  started_at: run.startedAt.toISOString(),
  finished_at: isoOrNull(run.finishedAt),
  duration_ms: durationMs(run),
  counts: run.counts,
  progress: run.progress,
  error: run.error,
  stopped_early: run.stoppedEarly,
  errors: [...run.errors],
  error_groups: run.errorGroups,
  input: show(inputJson(run.process, run.input)),
  parent_id: run.parentId,
});
