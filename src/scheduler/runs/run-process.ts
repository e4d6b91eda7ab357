// One run of one process: context, budget, cancellation, and its end as recorded by the database.
import { toError } from '../../base/errors.js';
import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import { safeLogger } from '../../base/safe-logger.js';
import type { TelemetryHolder } from '../../base/telemetry/telemetry.js';
import type { Database } from '../../db/database.js';
import type { NewRun, RunRow } from '../../db/engine/queries/runs/runs.js';
import type { ProcessContext, ProcessDefinition } from '../contracts/define-process.js';
import type { Presence } from '../instances/presence.js';
import { startBudget } from './budget.js';
import type { Events } from '../contracts/events.js';
import { linkSignals } from '../../base/timing/linked-signal.js';
import type { Run } from '../contracts/run.js';
import { runEnd } from './run-end.js';
import { createRunRecord } from './run-record.js';
import { countsOf, createTally } from './tally.js';
import { tracedRun } from './traced-run.js';
import { passesByItself } from '../work/database-faults.js';

export interface RunDeps {
  readonly database: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly events: Events;
  readonly budgetS: number;
  readonly alertS: number;
  /** Traces runs. */
  readonly telemetry: TelemetryHolder;
}

export interface RunRequest {
  readonly definition: ProcessDefinition;
  readonly presence: Presence;
  readonly run: Omit<NewRun, 'id' | 'now'>;
  /** The row, if it exists already; otherwise one is written only when something is counted. */
  readonly row: RunRow | null;
  /** Any of these aborts when nothing new may be started, for example when the instance is draining. */
  readonly closing: readonly AbortSignal[];
  /** Releases the process lock, after the end is written and before it is reported. */
  readonly release: () => Promise<void>;
}

export interface ActiveRun {
  readonly id: string;
  readonly process: string;
  readonly trigger: NewRun['trigger'];
  view(): Run | null;
  /** Ends it by its signal; the run's status becomes `cancelled`. */
  cancel(by: string): void;
  /** Aborts it: the grace period of a stop is over. */
  force(): void;
  /** The finished run; null if there was nothing to record. Never rejects. */
  readonly finished: Promise<Run | null>;
}

/** Starts a run; for an exclusive process the caller holds its lock. */
export function runProcess(deps: RunDeps, request: RunRequest): ActiveRun {
  const { clock, logger, events, database, now } = deps;
  const { definition, presence, run, row } = request;
  const tally = createTally();
  const ending = linkSignals(presence.signal);
  const { signal } = ending;
  let cancelledBy: string | null = null;
  let forced = false;
  let countedLive = false;

  const record = createRunRecord({
    database,
    logger,
    clock,
    now,
    tally,
    run,
    row,
    life: presence.signal,
    onOpened: (opened) => events.emit('run.started', opened),
    onProgress: (shown) => events.emit('run.progress', shown),
  });
  const log = safeLogger(logger.child({ process: definition.name, run_id: record.id }));
  const startedAt = clock.now();
  const startedMs = clock.monotonicMs();
  const budget = startBudget({
    budgetS: definition.budgetS ?? deps.budgetS,
    alertS: definition.alertS ?? deps.alertS,
    startedAt,
    onSlow: () => {
      log.warn('run is slow', { seconds: Math.round((clock.monotonicMs() - startedMs) / 1_000) });
      const slow = record.view();
      if (slow) events.emit('run.slow', slow);
    },
  });
  const closing = linkSignals(budget.closing, ...request.closing, signal);

  const context: ProcessContext = {
    runId: record.id,
    slot: run.slot,
    trigger: run.trigger,
    triggeredBy: run.triggeredBy,
    signal,
    closing: closing.signal,
    deadline: budget.deadline,
    log,
    progress: (done, total = null, note = null) => {
      tally.progress({ done, total, note });
      if (row || !tally.empty()) record.touch();
    },
    count: (counts) => {
      countedLive = true;
      tally.add(counts);
      if (row || !tally.empty()) record.touch();
    },
    sample: (samples) => {
      if (samples.length === 0) return;
      tally.sample(samples);
      record.touch();
    },
    input: run.input,
  };

  async function execute(): Promise<Run | null> {
    let thrown: { error: unknown } | null = null;
    let result: Readonly<Record<string, unknown>> | null = null;
    try {
      const { current } = deps.telemetry;
      const work = async () => definition.run(context);
      result = plainResult(await (current === null ? work() : tracedRun(current, run.process, context, work)));
      if (result && !(definition.batch && countedLive)) tally.add(countsOf(result, definition.batch));
    } catch (error) {
      thrown = { error };
    }
    const closed = closing.signal.aborted;
    budget.cancel();
    closing.unlink();
    ending.unlink();
    const expected = presence.signal.aborted || forced || cancelledBy !== null;
    if (thrown) tell(log, thrown.error, expected);
    const end = runEnd({ lost: presence.signal.aborted, forced, cancelledBy, closing: closed, thrown, result });
    const finished = end && (await record.finish(end));
    await request.release();
    if (!finished) return giveUp();
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    const { status, counts, stoppedEarly } = finished;
    log.info('run finished', { status, ...nonZero(counts), stopped_early: stoppedEarly, duration_ms: durationMs });
    events.emit('run.finished', finished);
    return finished;
  }

  /** It is still reported, because its counts, including lost items, are recorded nowhere else. */
  async function giveUp(): Promise<Run | null> {
    const left = await record.abandon(presence.signal.aborted ? 'its instance was lost' : 'its instance stopped');
    if (!left) return null;
    log.warn('run abandoned', { error: left.error, ...nonZero(left.counts) });
    events.emit('run.finished', left);
    return left;
  }

  if (row) events.emit('run.started', record.view()!);
  return {
    id: record.id,
    process: definition.name,
    trigger: run.trigger,
    view: () => record.view(),
    cancel: (by) => {
      cancelledBy ??= by;
      ending.abort(new Error(`cancelled by ${by}`));
    },
    force: () => {
      forced = true;
      ending.abort(new Error('the instance stops'));
    },
    finished: execute(),
  };
}

/** An error line means that a person must act: not for a temporary outage, nor for a run that was aborted. */
function tell(log: Logger, thrown: unknown, expected: boolean): void {
  const level = expected || passesByItself(thrown) ? 'warn' : 'error';
  log[level]('run failed', { error: toError(thrown) });
}

/**
 * A copy of the process's result: anything other than an object with readable properties counts as nothing. Rethrows errors of its getters.
 */
const plainResult = (result: unknown): Readonly<Record<string, unknown>> | null =>
  typeof result === 'object' && result !== null ? { ...result } : null;

const nonZero = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
