// The batch worker over HTTP: one call runs every batch process that is due and reports the result of each.
import { z } from 'zod';
import type { Clock } from '../../base/clock.js';
import type { BatchReport, StartedBatch } from '../../scheduler/contracts/batch.js';
import type { Batch } from '../../scheduler/contracts/scheduler.js';
import { flagInput, given, time } from '../kit/json.js';
import { prefer } from '../kit/waiting/prefer.js';
import { route, type Call, type Reply, type Route, type RouteSpec } from '../kit/route.js';
import { within } from '../kit/waiting/within.js';
import { durationMs } from './runs/run-json.js';

const query = z.strictObject({
  all: flagInput.optional().meta({ description: 'Also processes that are not due' }),
  only: z
    .string()
    .min(1)
    .max(2_000)
    .transform((text) => text.split(',').map((name) => name.trim()))
    .optional()
    .meta({ description: 'Only these processes, comma-separated, due or not' }),
  dry_run: flagInput.optional().meta({ description: 'Changes nothing; processes without a dry run are left out' }),
});

const headers = z.object({ prefer });

const resultSchema = z.record(z.string(), z.unknown()).meta({
  id: 'BatchResult',
  description: 'Counts and `duration_ms`; or `error`; or `skipped`, with why it was not run',
});

const reportSchema = z
  .object({
    success: z.boolean().meta({ description: 'False if any process failed' }),
    results: z.record(z.string(), resultSchema).meta({ description: 'By process' }),
    duration_ms: z.number(),
    timestamp: time,
    stopped_early: z.boolean().meta({ description: 'The budget ended before all work was done' }),
    run_id: z.string().nullable().meta({ description: 'null: there is no batch process' }),
  })
  .meta({ id: 'BatchReport' });

const accepted = z.object({ success: z.literal(true), message: z.string(), run_id: z.string(), location: z.string() });

export interface BatchRouteDeps {
  readonly batch: Batch;
  readonly clock: Clock;
  /** Milliseconds after which a call returns 202. */
  readonly waitMs: number;
}

export const batchRoutes = ({ batch, clock, waitMs }: BatchRouteDeps): Route[] => {
  const spec = (method: 'get' | 'post', path: string, id: string, summary: string) =>
    ({
      method,
      path,
      id,
      tag: 'Worker',
      summary,
      query,
      headers,
      responses: {
        200: {
          description: 'The result of each process; a failed process is not an error of the call',
          schema: reportSchema,
        },
        202: { description: 'The pass continues; `location` is the address of its run', schema: accepted },
        409: { description: 'A pass is already running; `run_id` is its id' },
      },
      handle: async ({ query, headers }, call) => {
        if (batch.names().length === 0) return { status: 200, body: emptyJson(clock) };
        const { all, only, dry_run: dryRun } = query;
        const begun = await batch.begin({ by: call.actor, trigger: 'cron', ...given({ all, only, dryRun }) });
        const { waitS, async, given: waits } = headers.prefer;
        return reply(begun, async || waits ? waitS * 1_000 : waitMs, call, clock);
      },
    }) satisfies RouteSpec<undefined, typeof query, typeof headers, undefined>;
  return [
    route(spec('post', '/queue_worker', 'runBatch', 'Runs the batch processes that are due')),
    route(spec('get', '/process-queued-pages', 'runBatchByGet', 'The same, for cron services that can only GET')),
  ];
};

async function reply(begun: StartedBatch, waitMs: number, { signal }: Call, clock: Clock): Promise<Reply> {
  const report = await within(begun.finished, waitMs, signal);
  if (report) return { status: 200, body: reportJson(report, clock) };
  const location = `/admin/runs/${begun.id}`;
  return { status: 202, body: { success: true, message: 'the pass continues', run_id: begun.id, location } };
}

const reportJson = ({ run, results }: BatchReport, clock: Clock): z.input<typeof reportSchema> => ({
  success: run.status === 'completed' && !Object.values(results).some((result) => 'error' in result),
  results,
  duration_ms: durationMs(run) ?? 0,
  timestamp: clock.now().toISOString(),
  stopped_early: run.stoppedEarly,
  run_id: run.id,
});

const emptyJson = (clock: Clock): z.input<typeof reportSchema> => ({
  success: true,
  results: {},
  duration_ms: 0,
  timestamp: clock.now().toISOString(),
  stopped_early: false,
  run_id: null,
});
