// One job from claim to outcome: resolve → late? → validate → perform within the time-out → normalise. It never rejects.
import { describeIssues, parsedBy } from '../../../base/issue-text.js';
import type { Clock } from '../../../base/clock.js';
import type { Logger } from '../../../base/logger.js';
import type { Random } from '../../../base/random.js';
import { describeThrown } from '../../../base/thrown.js';
import type { ExecuteContext } from '../../contracts/source.js';
import { crashLimitReached, watchOf, type CrashGuard } from './crash-guard.js';
import { JOB_DEFAULTS, type AnyJob, type JobDefinition, type JobRegistry } from '../define/define-job.js';
import { handlerError } from './handler-error.js';
import { HandlerContext, type ContextDeps } from './job-context.js';
import type { JobOutcome } from '../define/job-outcome.js';
import { buried, cancelled, judgeAnswer, judgeFailure, released, type JudgedJob } from './judge.js';
import type { QueueItem } from '../define/queue-item.js';
import type { LateOccurrences } from './late-occurrences.js';
import { JobAborted, RunningJob, type RunningJobs } from './running-jobs.js';

export interface ExecutorDeps extends ContextDeps {
  readonly registry: JobRegistry;
  readonly running: RunningJobs;
  readonly guard: CrashGuard;
  readonly late: LateOccurrences;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export type Executor = (item: QueueItem, context: ExecuteContext) => Promise<JobOutcome>;

export function createExecutor(deps: ExecutorDeps): Executor {
  return (item, context) => {
    const definition = deps.registry.get(item.type);
    // an unknown type is never claimed; if the registry and the claim disagree, the job is released untouched
    if (definition === undefined) return Promise.resolve(released(0));
    const late = item.extras.recurrence === null ? null : deps.late.planOf(item);
    if (late === null) return attempt(deps, definition, item, context);
    return deps.late.apply(item, late).then((outcome) => outcome ?? attempt(deps, definition, item, context));
  };
}

function attempt(
  deps: ExecutorDeps,
  definition: AnyJob,
  item: QueueItem,
  context: ExecuteContext,
): Promise<JobOutcome> {
  const crashLimit = definition.crashLimit ?? JOB_DEFAULTS.crashLimit;
  const { crashes } = item.extras;
  const watch = watchOf(crashes, crashLimit);
  if (watch === 'buried') return Promise.resolve(crashLimitReached(crashes, crashLimit));
  const parsed = parse(definition, item.payload);
  if ('refused' in parsed) return Promise.resolve(buried('INVALID_PAYLOAD', parsed.refused, 0));
  if (watch === 'none') return perform(deps, definition, item, context, parsed.payload);
  return deps.guard.run(item, crashLimit, () => perform(deps, definition, item, context, parsed.payload));
}

/** A schema may throw as well as refuse, for example in a transform of the host, or if a check is asynchronous. */
function parse(definition: AnyJob, payload: unknown): { readonly payload: unknown } | { readonly refused: string } {
  try {
    const parsed = parsedBy((definition as JobDefinition).schema, payload);
    if (parsed.success) return { payload: parsed.data };
    return {
      refused: `the payload does not fit the schema of "${definition.type}": ${describeIssues(parsed.error.issues)}`,
    };
  } catch (thrown) {
    return { refused: `the schema of "${definition.type}" failed: ${describeThrown(thrown).message}` };
  }
}

function perform(
  deps: ExecutorDeps,
  definition: AnyJob,
  item: QueueItem,
  context: ExecuteContext,
  payload: unknown,
): Promise<JobOutcome> {
  return new Promise((resolve) => {
    new Execution(deps, definition, item, context.signal, resolve).run(payload);
  });
}

/** One attempt. A class, because one is created per job and its functions should not be. */
class Execution extends RunningJob implements JudgedJob {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly random: Random;
  private over = false;

  constructor(
    private readonly deps: ExecutorDeps,
    readonly definition: AnyJob,
    item: QueueItem,
    shutdown: AbortSignal,
    private readonly resolve: (outcome: JobOutcome) => void,
  ) {
    super(
      item,
      shutdown,
      deps.clock.monotonicMs(),
      item.extras.timeout_ms ?? definition.timeoutMs ?? JOB_DEFAULTS.timeoutMs,
    );
    item.begunMs = this.startedMs;
    this.attempt = item.attempt;
    this.maxAttempts = item.extras.max_attempts;
    this.random = deps.random;
  }

  run(payload: unknown): void {
    this.deps.running.add(this);
    if (this.over) return; // the worker was stopping already
    try {
      const answer: unknown = (this.definition as JobDefinition).run(new HandlerContext(this.deps, this), payload);
      if (!isThenable(answer)) return this.onAnswer(answer);
      Promise.resolve(answer).then(
        (value) => this.onAnswer(value),
        (thrown: unknown) => this.onThrown(thrown),
      );
    } catch (thrown) {
      this.onThrown(thrown);
    }
  }

  protected onAbort(reason: Error): void {
    this.finish(judgeAbort(this, reason, this.spentMs()));
  }

  private spentMs(): number {
    return Math.round(this.deps.clock.monotonicMs() - this.startedMs);
  }

  private onAnswer(value: unknown): void {
    if (this.over) return;
    try {
      const { outcome, warning } = judgeAnswer(this, value, this.spentMs());
      if (warning !== null) this.deps.journal.line(this.item, 'warn', warning);
      this.finish(outcome);
    } catch (thrown) {
      this.onThrown(thrown); // a proxy that throws when inspected
    }
  }

  private onThrown(thrown: unknown): void {
    if (!this.over) return this.finish(judgeFailure(this, handlerError(thrown), this.spentMs()));
    this.deps.logger.debug('a handler failed after its job had ended', {
      job_id: this.item.id,
      type: this.definition.type,
    });
  }

  /** The first end counts; whatever a handler does after it is ignored. */
  private finish(outcome: JobOutcome): void {
    if (this.over) return;
    this.over = true;
    this.deps.running.remove(this);
    this.record(outcome);
    this.resolve(outcome);
  }

  /** The row of the job holds its last error alone; the log has those of all attempts. */
  private record({ status, error }: JobOutcome): void {
    if (error === undefined || (status !== 'failed' && status !== 'dead')) return;
    this.deps.journal.line(this.item, status === 'dead' ? 'error' : 'warn', `${error.code}: ${error.message}`);
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

function judgeAbort(job: JudgedJob, reason: Error, durationMs: number): JobOutcome {
  const why = reason instanceof JobAborted ? reason.why : 'shutdown';
  switch (why) {
    case 'timeout':
      return judgeFailure(
        job,
        { code: 'TIMEOUT', message: reason.message, stack: null, retryAfterMs: null },
        durationMs,
      );
    case 'cancelled':
    case 'lost':
      // the claim was lost: whatever is written here changes nothing and counts as lost
      return cancelled(reason.message, durationMs);
    case 'shutdown':
      return released(durationMs);
  }
}
