// The batch worker: a process that runs the batch processes that are due, one after the other, within one budget. It is started by its
// schedule and by the endpoint; the lock of the process allows one pass at a time over all instances.
import { randomUUID } from 'node:crypto';
import { isSchedulerError, SchedulerError } from '../../base/errors.js';
import type { Db } from '../../db/database.js';
import { readProcesses } from '../../db/engine/queries/runs/processes.js';
import { BATCH_PROCESS, type BatchResult } from '../contracts/batch.js';
import { checkBatch } from '../contracts/call-options.js';
import type { ProcessContext, ProcessDefinition, ProcessResult } from '../contracts/define-process.js';
import type { Batch, BatchOptions, StartedRun } from '../contracts/scheduler.js';
import { compiledOf, planSlot } from '../processes/process-schedule.js';
import { actorOf, audit } from '../records/actor.js';
import type { Registry } from '../runs/registry.js';
import { beginByHand, started } from '../runs/trigger.js';
import { batchInput, readBatchInput } from './batch-input.js';
import { hasFailed, skipped, wasSkipped } from './part-result.js';
import { runPart, type RunPartDeps } from './run-part.js';

export interface BatchDeps extends RunPartDeps {
  readonly registry: Registry;
  /** A cron pattern, UTC; null: passes are only started by triggers. */
  readonly cron: string | null;
}

export interface BatchWorker extends Batch {
  /** The process that runs the others. */
  readonly process: ProcessDefinition;
}

type Results = Record<string, BatchResult>;

export function createBatch(deps: BatchDeps): BatchWorker {
  const { database, registry, runner, cron } = deps;
  const names = (): readonly string[] => registry.batch().map(({ name }) => name);
  /** One pass runs at a time: its caller reads the result before the next one begins. */
  let latest: { runId: string; results: Results } | null = null;

  async function pass(ctx: ProcessContext): Promise<ProcessResult> {
    const request = readBatchInput(ctx.input, names());
    const wanted = registry.batch().filter(({ name }) => request.only?.includes(name) ?? true);
    const results: Results = {};
    latest = { runId: ctx.runId, results };
    let early = false;
    for (const [done, definition] of wanted.entries()) {
      ctx.progress(done, wanted.length, definition.name);
      const reason = ctx.closing.aborted ? whyClosing(ctx) : null;
      const part = reason
        ? { result: skipped(reason), early: true }
        : await runPart(deps, ctx, { definition, ...request });
      results[definition.name] = part.result;
      early ||= part.early;
    }
    ctx.progress(wanted.length, wanted.length);
    return { ...countsOf(Object.values(results)), stopped_early: Number(early) };
  }

  const process: ProcessDefinition = {
    name: BATCH_PROCESS,
    description: 'Runs the batch processes that are due, one after the other',
    ...(cron === null ? {} : { schedule: { frequency: 'cron', cron, timezone: 'UTC' } }),
    check: async (input) => void readBatchInput(input, names()),
    run: pass,
  };

  /** The slot that is due but not taken yet: the first caller takes it. */
  async function takeSlot({ by, trigger = 'cron' }: BatchOptions, input: unknown): Promise<StartedRun | null> {
    const [row] = await readProcesses(database, [BATCH_PROCESS], deps.now());
    const compiled = row ? compiledOf(row) : null;
    const cursor = row?.next_run_at ?? null;
    if (!row?.enabled || !compiled || !cursor || cursor > row.now) return null;
    const { slot, next } = planSlot(compiled, cursor, row.now);
    if (slot === null) return null;
    const actor = actorOf(by);
    const id = randomUUID();
    const details = { run_id: id, input: input ?? null };
    const entry = { by: actor, action: 'process.trigger', target: BATCH_PROCESS, details };
    const also = async (tx: Db): Promise<void> => void (await audit(tx, entry));
    const origin = { id, trigger, triggeredBy: actor.name, input, with: also };
    const run = await runner.beginSlot({ definition: process, slot, move: { cursor, next }, origin });
    return run && started(run);
  }

  return {
    process,
    names,
    begin: async (options) => {
      checkBatch(options);
      if (names().length === 0) throw new SchedulerError('PROCESS_NOT_FOUND', 'there is no batch process');
      const { by, trigger = 'cron' } = options;
      const input = batchInput(options);
      readBatchInput(input, names());
      const whole = input === undefined;
      const begun =
        (whole ? await takeSlot(options, input) : null) ??
        (await beginByHand(deps, BATCH_PROCESS, { by, trigger, input }));
      const finished = begun.finished.then((run) => ({
        run,
        results: latest?.runId === run.id ? latest.results : {},
      }));
      return { id: begun.id, finished };
    },
  };
}

/** Why nothing more is started. */
const whyClosing = ({ signal, closing }: ProcessContext): string =>
  signal.aborted || isSchedulerError(closing.reason, 'STOPPING') ? 'stopping' : 'budget';

function countsOf(results: readonly BatchResult[]): Record<string, number> {
  const failed = results.filter(hasFailed).length;
  const left = results.filter(wasSkipped).length;
  return { processed_count: results.length - left, failed_count: failed, skipped_count: left };
}
