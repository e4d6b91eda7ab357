// The options and the report of a drain.
import type { Clock } from '../../base/clock.js';
import type { TelemetryHolder } from '../../base/telemetry/telemetry.js';
import { systemRandom, type Random } from '../../base/random.js';
import type { SchedulerError } from '../../base/errors.js';
import type { Admission } from './admission.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';
import type { ReceiverHealth } from '../contracts/outcome.js';
import type { Claimed, ErrorSample, SettleReport } from '../contracts/source.js';

/** Decides whether work may be claimed at all; a circuit breaker is one. */
export interface ClaimGate {
  allowsClaims(): boolean;
  /** How many of `wanted` may be claimed now: 0 while the receiver is down, 1 for a probe. A probe is granted once. */
  allowance(wanted: number): number;
  /** What each attempt revealed about the receiver; `unknown` also if a granted claim found nothing. */
  report(health: ReceiverHealth): void;
}

/** Live numbers of one drain. */
export interface DrainProgress {
  readonly claimed: number;
  /** Settled, whether successful or not. */
  readonly done: number;
  readonly inFlight: number;
}

export interface DrainOptions<I extends Claimed = Claimed> {
  readonly runId: string | null;
  /** Aborts when running items must stop now; they get it in their context. */
  readonly signal: AbortSignal;
  /** Aborts when nothing new may be started: claims that were not started are released at once. */
  readonly closing: AbortSignal;
  /** Shared by all drains of this process over the same receiver. */
  readonly parallel: ConcurrencyLimit;
  /** Decides which items may start: a limit per tenant. */
  readonly admission?: Admission<I>;
  readonly gate?: ClaimGate;
  /**
   * How many to claim at a time: the next chunk is claimed when fewer than this number are held, so never as many as two chunks are held.
   */
  readonly chunkSize: number;
  /** End after this number of claims. */
  readonly maxItems?: number;
  /** Outcomes are written when this number has accumulated (default: the chunk size, at least 500) … */
  readonly settleBatch?: number;
  /** … or after this time (default 40 ms), whichever is first. */
  readonly settleAfterMs?: number;
  /** How long a failing database write is retried (default 20 s) before the drain fails with DATABASE_UNAVAILABLE. */
  readonly settlePatienceMs?: number;
  readonly clock: Clock;
  readonly random?: Random;
  /** Traces claims, items and settlements. */
  readonly telemetry?: TelemetryHolder;
  /**
   * Called when the source has nothing more: resolve with true to ask it again (after a wake-up or a pause), with false to end the drain.
   * Without it the drain ends. A drain that must stop does not wait for it.
   */
  readonly more?: (state: { readonly inFlight: number }) => Promise<boolean>;
  /** Called after each written batch, with its result as reported by the database. */
  readonly onReport?: (report: SettleReport) => void;
  readonly onSamples?: (samples: readonly ErrorSample[]) => void;
  readonly onProgress?: (progress: DrainProgress) => void;
}

/**
 * Why a drain ended. `exhausted` and `limit`: all done. `receiver_down`: the gate granted no more claims. `closing` and `aborted`: the
 * drain was told to stop. `failed`: see `error`.
 */
export type DrainEnd = 'exhausted' | 'limit' | 'receiver_down' | 'closing' | 'aborted' | 'failed';

export interface DrainReport extends Omit<SettleReport, 'samples'> {
  readonly end: DrainEnd;
  readonly claimed: number;
  /** Claims released. */
  readonly released: number;
  /** Claims whose outcome could not be written. */
  readonly unsettled: number;
  /**
   * The database may have claims of this instance that are not being processed (a connection was lost in the middle of a claim, or an
   * outcome could not be written): the instance should be given up, so that they are rescued.
   */
  readonly mayHoldClaims: boolean;
  /** RECEIVER_MISCONFIGURED, DATABASE_UNAVAILABLE, or the code of the source's error. */
  readonly error: SchedulerError | null;
}

/** The settings of the settle writer, with defaults. */
export function drainDefaults(
  options: Pick<DrainOptions, 'chunkSize' | 'settleBatch' | 'settleAfterMs' | 'settlePatienceMs' | 'random'>,
): {
  batchSize: number;
  afterMs: number;
  patienceMs: number;
  random: Random;
} {
  return {
    batchSize: options.settleBatch ?? Math.max(500, options.chunkSize),
    afterMs: options.settleAfterMs ?? 40,
    patienceMs: options.settlePatienceMs ?? 20_000,
    random: options.random ?? systemRandom,
  };
}
