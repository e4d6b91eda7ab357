// Starting a run over HTTP: wait for its end for up to two minutes, then return its location.
import { z } from 'zod';
import type { StartedRun } from '../../../scheduler/contracts/scheduler.js';
import type { Call, Reply, ResponseSpec } from '../../kit/route.js';
import { prefer } from '../../kit/waiting/prefer.js';
import { within } from '../../kit/waiting/within.js';
import type { Run } from '../../scheduler-port.js';
import { durationMs, errorSampleSchema } from './run-json.js';

export const triggerHeaders = z.object({
  prefer,
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable characters')
    .optional()
    .meta({ description: 'A repeat within 24 hours returns the first run' }),
});

const resultSchema = z
  .object({
    run_id: z.string(),
    processed: z.number().meta({ description: 'successful + failed' }),
    successful: z.number(),
    failed: z.number(),
    skipped: z.number(),
    dead: z.number().meta({ description: 'Part of `failed`: no attempt is left' }),
    lost: z.number().meta({ description: 'Settled too late, by an instance that no longer held the claim' }),
    stopped_early: z.boolean(),
    duration_ms: z.number(),
    errors: z.array(errorSampleSchema).meta({ description: 'At most ten samples' }),
    counts: z.record(z.string(), z.number()).meta({ description: 'All counts of the run, including those of its own' }),
    due: z.number().optional().meta({ description: 'Of a dry run: how many would be processed' }),
  })
  .meta({ id: 'RunResult' });

const triggered = z
  .object({ success: z.boolean(), message: z.string(), result: resultSchema })
  .meta({ id: 'Triggered', description: '`success` is false only if the run itself was aborted' });

const accepted = z
  .object({ success: z.literal(true), message: z.string(), run_id: z.string(), location: z.string() })
  .meta({ id: 'Accepted' });

export const triggerResponses: Readonly<Record<number, ResponseSpec>> = {
  200: { description: 'The finished run', schema: triggered },
  202: { description: 'The run continues; `Location` is its address', schema: accepted },
  409: { description: 'The process, or the first call with this key, is running' },
};

type TriggerHeaders = z.output<typeof triggerHeaders>;

/** Returns the finished run, or 202 when the wait is over; the run continues regardless of its caller. */
export async function triggerReply(started: StartedRun, { prefer }: TriggerHeaders, call: Call): Promise<Reply> {
  const run = await within(started.finished, prefer.waitS * 1_000, call.signal);
  const headers: Record<string, string> = {
    Location: `${call.base}/runs/${started.id}`,
    ...(started.repeated ? { 'Idempotency-Replayed': 'true' } : {}),
  };
  if (run) return { status: 200, headers, body: resultJson(run) };
  if (prefer.async) headers['Preference-Applied'] = 'respond-async';
  return {
    status: 202,
    headers,
    body: { success: true, message: 'the run continues', run_id: started.id, location: headers.Location },
  };
}

function resultJson(run: Run): z.input<typeof triggered> {
  const { processed, successful, failed, skipped, dead, lost } = run.counts;
  return {
    success: run.status === 'completed',
    message: summary(run),
    result: {
      run_id: run.id,
      processed,
      successful,
      failed,
      skipped,
      dead,
      lost,
      stopped_early: run.stoppedEarly,
      duration_ms: durationMs(run) ?? 0,
      errors: [...run.errors],
      counts: run.counts,
      ...(isDryRun(run) ? { due: run.counts.due ?? 0 } : {}),
    },
  };
}

const isDryRun = ({ input }: Run): boolean => (input as { dryRun?: unknown } | null)?.dryRun === true;

function summary(run: Run): string {
  const { status, error, counts, stoppedEarly } = run;
  if (status === 'failed') return `the run failed${error ? `: ${error}` : ''}`;
  if (status !== 'completed') return `the run was ${status}`;
  if (isDryRun(run)) return `dry run: ${counts.due ?? 0} would be processed`;
  const early = stoppedEarly ? '; stopped early, the rest follows with the next tick' : '';
  return `${counts.processed} processed: ${counts.successful} successful, ${counts.failed} failed${early}`;
}
