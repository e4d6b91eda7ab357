// Runs one process of a pass. The pass ends in time whatever the process does:
//
//   begun ──▶ running ──closing──▶ should end ──90 %──▶ its signal aborts ──deadline──▶ left behind, with its lock
import type { Clock } from '../../base/clock.js';
import { toError } from '../../base/errors.js';
import { sleep } from '../../base/timing/sleep.js';
import type { BatchResult } from '../contracts/batch.js';
import type { ProcessContext, ProcessDefinition, ProcessResult } from '../contracts/define-process.js';
import type { Run } from '../contracts/run.js';
import type { ActiveRun } from '../runs/run-process.js';
import { beginPart, type PartDeps, type PartRequest } from './begin-part.js';
import { failedToBegin, resultOf, stillRunning } from './part-result.js';

export interface RunPartDeps extends PartDeps {
  readonly clock: Clock;
  readonly budgetS: number;
}

/** Never rejects. `early`: work was left over because time ran out. */
export async function runPart(
  deps: RunPartDeps,
  pass: ProcessContext,
  request: Omit<PartRequest, 'pass' | 'parent'>,
): Promise<{ readonly result: BatchResult; readonly early: boolean }> {
  const leftMs = pass.deadline.getTime() - deps.clock.now().getTime();
  const kept: { returned?: ProcessResult } = {};
  const definition = within(
    request.definition,
    Math.min(request.definition.budgetS ?? deps.budgetS, leftMs / 1_000),
    kept,
  );
  const parent = { id: pass.runId, closing: pass.closing };
  const beganMs = deps.clock.monotonicMs();
  try {
    const begun = await beginPart(deps, { ...request, definition, pass, parent });
    if ('result' in begun) return { result: begun.result, early: false };
    const run = await endOf(begun.run, pass, leftMs);
    const durationMs = deps.clock.monotonicMs() - beganMs;
    if (run === null) return { result: stillRunning(begun.run.id, durationMs), early: true };
    return { result: resultOf(run, kept.returned, durationMs), early: run.stoppedEarly };
  } catch (error) {
    pass.log.error('batch process could not be started', { process: definition.name, error: toError(error) });
    return { result: failedToBegin(toError(error)), early: false };
  }
}

/** The same process with the time that the pass has left; its return value is kept unchanged. */
const within = (
  definition: ProcessDefinition,
  budgetS: number,
  kept: { returned?: ProcessResult },
): ProcessDefinition => ({
  ...definition,
  budgetS,
  run: async (context) => (kept.returned = await definition.run(context)),
});

const CUT_OFF_AT = 0.98;
/** How long a run that was aborted with the whole pass may take to finish. */
const UNWIND_MS = 2_000;

/** Null: it has not ended in time. */
async function endOf(active: ActiveRun, pass: ProcessContext, leftMs: number): Promise<Run | null> {
  const over = new AbortController();
  const finished = active.finished.then((run) => run ?? lostRun(active));
  const cutOff = (): void => active.cancel('the batch worker: its time was over');
  const cancelled = (): void => active.cancel('the batch worker: it was stopped as well');
  const unwound = new Promise<null>((resolve) => {
    const stop = (): void => {
      cancelled();
      void sleep(UNWIND_MS, over.signal).then(() => resolve(null));
    };
    if (pass.signal.aborted) stop();
    else pass.signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  void sleep(leftMs * CUT_OFF_AT, over.signal).then(() => over.signal.aborted || cutOff());
  const late = sleep(leftMs, over.signal).then(() => null);
  return Promise.race([finished, late, unwound]).finally(() => over.abort());
}

/** Its instance was lost; a rescue will end the row. */
const lostRun = (active: ActiveRun): Run | null => {
  const view = active.view();
  return view && { ...view, status: 'abandoned' };
};
