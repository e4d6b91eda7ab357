// The process of a row schedule: plans unplanned rows and passes due rows to the handler, batch after batch, until nothing is left or it
// must end.
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import { defineProcess, type ProcessContext, type ProcessDefinition } from '../contracts/define-process.js';
import type { ErrorSample } from '../contracts/source.js';
import type { Latencies } from '../records/latency-book.js';
import { planWaitingRows } from './batch/plan-rows.js';
import type { BatchReport } from './batch/run-batch.js';
import type { RowEnd } from './plan/row-end.js';
import { runParts } from './batch/run-parts.js';
import type { BatchHandler } from './batch/call-handler.js';
import type { RowScheduleAtWork } from './row-schedule.js';

export interface RowProcessDeps {
  readonly schedule: RowScheduleAtWork;
  readonly handler: BatchHandler;
  readonly clock: Clock;
  readonly random: Random;
  readonly times?: Latencies;
}

/** How often unplanned rows are looked for during a run. */
const LOOK_AFTER_MS = 1_000;

/** Shared: every instance takes part of the due rows. */
export function createRowProcess(deps: RowProcessDeps): ProcessDefinition {
  const { definition } = deps.schedule;
  return defineProcess({
    name: definition.name,
    description: definition.description ?? `Row schedule over ${definition.table}`,
    exclusive: false,
    run: (context) => runRows(deps, context),
  });
}

async function runRows(deps: RowProcessDeps, context: ProcessContext): Promise<Record<string, number>> {
  const { schedule, clock } = deps;
  const { closing } = context;
  let moreDue = false;
  let lookedMs = -Infinity;
  const lookAfter = async (): Promise<boolean> => {
    lookedMs = clock.monotonicMs();
    return planWaitingRows(schedule, closing);
  };
  const onReport = (report: BatchReport): void => {
    context.count(countsOf(report.ends));
    context.sample(samplesOf(report.ends, clock));
    schedule.tally.add(report.ends);
    if (deps.times !== undefined) observe(deps.times, report.ends);
  };
  const parts = { ...deps, onReport, trouble: { inARow: 0 } };
  const scope = { runId: context.runId, signal: context.signal, evenPaused: context.trigger !== 'tick' };
  const batch = async (): Promise<boolean> => {
    if (clock.monotonicMs() - lookedMs >= LOOK_AFTER_MS) await lookAfter();
    moreDue = await runParts(parts, scope);
    return moreDue;
  };
  let moreWait: boolean;
  do {
    moreWait = await lookAfter();
    // a second batch only if the first did not contain all due rows
    if (await batch()) await workAtOnce(schedule.settings.parallel, batch, closing);
  } while (moreWait && !closing.aborted);
  return { stopped_early: (moreDue || moreWait) && closing.aborted ? 1 : 0 };
}

/** Runs batches, several at once, until one of them finds that nothing is left. Rejects with the first failure once all have ended. */
async function workAtOnce(parallel: number, batch: () => Promise<boolean>, closing: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const work = async (): Promise<void> => {
    try {
      while (!closing.aborted && !ending.signal.aborted && (await batch()));
    } catch (error) {
      ending.abort();
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: parallel }, work));
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function observe({ wait, lateness }: Latencies, ends: readonly RowEnd[]): void {
  for (const { waitMs, latenessMs } of ends) {
    if (waitMs !== null) wait.observe(waitMs);
    if (latenessMs !== null) lateness.observe(latenessMs);
  }
}

function countsOf(ends: readonly RowEnd[]) {
  const count = (wanted: RowEnd['end']): number => ends.filter(({ end }) => end === wanted).length;
  const [successful, dead, retried] = [count('completed'), count('dead'), count('retried')];
  const suspended = count('suspended');
  return {
    ...{ processed: successful + dead + retried, successful, failed: dead + retried, dead, retried },
    skipped: count('skipped'),
    ...(suspended === 0 ? {} : { suspended }),
  };
}

function samplesOf(ends: readonly RowEnd[], clock: Clock): readonly ErrorSample[] {
  const at = clock.now().toISOString();
  return ends
    .filter(({ end, error }) => error !== null && end !== 'completed' && end !== 'skipped')
    .slice(0, 10)
    .map(({ key, end, error }) => ({ id: key, code: CODES[end] ?? 'FAILED', message: error as string, at }));
}

const CODES: Readonly<Partial<Record<RowEnd['end'], string>>> = {
  suspended: 'INVALID_SCHEDULE',
  dead: 'GIVEN_UP',
  retried: 'FAILED',
};
