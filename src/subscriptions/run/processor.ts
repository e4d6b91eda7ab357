// Processes an occurrence: with a subscription worker over HTTP, or with the host's own function in this process.
import type { Clock } from '../../base/clock.js';
import { startTimer } from '../../base/timing/long-timer.js';
import { describeThrown } from '../../base/thrown.js';
import { storableText } from '../../base/to-json.js';
import type { Attempt, OccurrenceCall, SubscriptionWorker } from '../../clients/subscription-worker/attempt.js';

/** Never rejects. */
export interface Processor {
  (call: OccurrenceCall, signal: AbortSignal): Promise<Attempt>;
  /** True: there is no receiver whose health an error could reveal. */
  readonly inProcess?: boolean;
}

export interface OccurrenceContext {
  /** Aborts when the work must stop now: time-out, cancelled run, shutdown, lost instance. */
  readonly signal: AbortSignal;
}

/**
 * The host's own function. Resolving completes the occurrence; throwing fails the attempt, which is retried later unless the error has
 * `retryable: false`.
 */
export type OccurrenceHandler = (occurrence: OccurrenceCall, context: OccurrenceContext) => Promise<unknown>;

export const processByWorker =
  (worker: SubscriptionWorker): Processor =>
  (call, signal) =>
    worker.process(call, signal);

/** How long to wait for a function whose signal has aborted before its claim is released regardless. */
const STOP_PATIENCE_MS = 5_000;

export interface HandlerOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Runs the host's function with a time-out; a function that ignores its signal does not block the drain. */
export function processByHandler(handler: OccurrenceHandler, { timeoutMs, clock }: HandlerOptions): Processor {
  const process = async (call: OccurrenceCall, signal: AbortSignal): Promise<Attempt> => {
    const startedMs = clock.monotonicMs();
    const durationMs = (): number => clock.monotonicMs() - startedMs;
    const limit = limitTo(timeoutMs, signal);
    try {
      await Promise.race([run(handler, call, limit.signal), limit.exceeded]);
      return { kind: 'ok', status: 0, durationMs: durationMs() };
    } catch (error) {
      if (signal.aborted) return { kind: 'aborted', durationMs: durationMs() };
      return failedAttempt(error, limit.timedOut() ? timeoutMs : null, durationMs());
    } finally {
      limit.end();
    }
  };
  return Object.assign(process, { inProcess: true });
}

const run = async (handler: OccurrenceHandler, call: OccurrenceCall, signal: AbortSignal): Promise<unknown> =>
  handler(call, { signal });

interface Limit {
  /** Aborts at the time-out and with the outer signal. */
  readonly signal: AbortSignal;
  /** Rejects at the time-out, or some time after the outer signal; never resolves. */
  readonly exceeded: Promise<never>;
  timedOut(): boolean;
  /** Removes its listener, because the outer signal lives as long as its run. */
  end(): void;
}

function limitTo(timeoutMs: number, outer: AbortSignal): Limit {
  const controller = new AbortController();
  let giveUp: (error: Error) => void = () => {};
  const exceeded = new Promise<never>((_resolve, reject) => (giveUp = reject));
  exceeded.catch(() => {}); // handled by a race against it; without one nothing listens
  let timedOut = false;
  let timer = startTimer(() => {
    timedOut = true;
    controller.abort();
    giveUp(new Error('timed out'));
  }, timeoutMs);
  const onAbort = (): void => {
    timer.stop();
    timer = startTimer(() => giveUp(new Error('aborted')), STOP_PATIENCE_MS);
    controller.abort();
  };
  if (outer.aborted) onAbort();
  else outer.addEventListener('abort', onAbort, { once: true });
  const end = (): void => {
    timer.stop();
    outer.removeEventListener('abort', onAbort);
  };
  return { signal: controller.signal, exceeded, timedOut: () => timedOut, end };
}

function failedAttempt(thrown: unknown, timedOutMs: number | null, durationMs: number): Attempt {
  if (timedOutMs !== null) {
    const error = { code: 'TIMEOUT', message: `did not finish within ${timedOutMs} ms` };
    return { kind: 'overloaded', status: null, durationMs, retryAfterMs: null, error };
  }
  const { name, code, message, retryable } = describeThrown(thrown);
  const error = { code: storableText(code ?? name, 100), message: storableText(message, 500) };
  const final = retryable === false;
  return final
    ? { kind: 'rejected', status: 0, durationMs, error }
    : { kind: 'broken', status: null, durationMs, retryAfterMs: null, error };
}
