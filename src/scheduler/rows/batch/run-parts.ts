// A batch whose handler throws is passed again in halves, down to single rows, so that one bad row cannot stop the rest.
import { toError } from '../../../base/errors.js';
import { passesByItself } from '../../work/database-faults.js';
import { HandlerFailed, runBatch, type BatchDeps, type BatchReport, type BatchRequest } from './run-batch.js';

/** Ends the run: the rows are not at fault, and splitting them further would use up their attempts. */
class HandlerDown extends Error {
  constructor(override readonly cause: Error) {
    super(`every row that was handed over alone failed: ${cause.message}`);
  }
}

export interface PartsDeps extends BatchDeps {
  /** Called for each committed transaction. */
  readonly onReport: (report: BatchReport) => void;
  /** Consecutive rows that failed alone without a success in between. Shared by the batches of a run. */
  readonly trouble: { inARow: number };
}

/** When this number of rows fail alone and none succeeds, the handler is down, not the rows. */
const DOWN_AFTER = 3;
const CONFLICT_TRIES = 3;

/** A conflict with another transaction: trying again is likely to work. */
const isConflict = (error: unknown): boolean =>
  /^40(001|P01)$/.test(String((error as { code?: unknown } | null)?.code));

/** Resolves with true when more may be due. Rejects with HandlerDown, or with the database's fault. */
export async function runParts(deps: PartsDeps, request: BatchRequest): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return tell(deps, await runBatch(deps, request));
    } catch (thrown) {
      const failed = thrown instanceof HandlerFailed ? thrown : null;
      const error = failed ? failed.cause : thrown;
      if (isConflict(error) && tries < CONFLICT_TRIES && !request.signal.aborted) continue;
      if (failed === null || request.signal.aborted || passesByItself(error)) throw error;
      await takeApart(deps, request, failed);
      return true;
    }
  }
}

function tell({ schedule, trouble, onReport }: PartsDeps, report: BatchReport): boolean {
  if (report.ends.some(({ end }) => end === 'completed' || end === 'skipped')) trouble.inARow = 0;
  if (report.claimed > 0) onReport(report);
  return report.claimed >= schedule.settings.batchSize;
}

async function takeApart(deps: PartsDeps, request: BatchRequest, { keys, cause }: HandlerFailed): Promise<void> {
  if (keys.length === 1) return putOff(deps, { ...request, keys }, toError(cause));
  const middle = Math.ceil(keys.length / 2);
  await runParts(deps, { ...request, keys: keys.slice(0, middle) });
  await runParts(deps, { ...request, keys: keys.slice(middle) });
}

/** A row that fails alone is postponed by its back-off; if not even that can be written, it is suspended. */
async function putOff(deps: PartsDeps, request: BatchRequest, error: Error): Promise<void> {
  try {
    tell(deps, await runBatch(deps, { ...request, failedWith: error.message }));
  } catch (thrown) {
    if (!(thrown instanceof HandlerFailed)) throw thrown;
    tell(deps, await runBatch(deps, { ...request, suspendWith: toError(thrown.cause).message }));
  }
  deps.trouble.inARow += 1;
  if (deps.trouble.inARow >= DOWN_AFTER) throw new HandlerDown(error);
}
