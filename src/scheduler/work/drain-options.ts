// What a drain is told, and what it returns.
import type { Clock } from '../../base/clock.js';
import type { TelemetryHolder } from '../../base/telemetry/telemetry.js';
import { systemRandom, type Random } from '../../base/random.js';
import type { SchedulerError } from '../../base/errors.js';
import type { Admission } from './admission.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';
import type { ReceiverHealth } from '../contracts/outcome.js';
import type { Claimed, ErrorSample, SettleReport } from '../contracts/source.js';

/** Says whether work may be claimed at all; a circuit breaker is one. */
export interface ClaimGate {
  allowsClaims(): boolean;
  /** How many of `wanted` may be claimed now: 0 while the receiver is down, 1 for a probe. A probe is handed out once. */
  allowance(wanted: number): number;
  /** What each attempt told about the receiver; `unknown` also when a granted claim came to nothing. */
  report(health: ReceiverHealth): void;
}

/** Live numbers of one drain. */
export interface DrainProgress {
  readonly claimed: number;
  /** Settled, well or badly. */
  readonly done: number;
  readonly inFlight: number;
}

export interface DrainOptions<I extends Claimed = Claimed> {
  readonly runId: string | null;
  /** Aborts when running items must stop now; they get it in their context. */
  readonly signal: AbortSignal;
  /** Aborts when nothing new may be begun: claims that were not started are given back at once. */
  readonly closing: AbortSignal;
  /** Shared by all drains of this process over the same receiver. */
  readonly parallel: ConcurrencyLimit;
  /** Who may start beside what runs: a limit per tenant. */
  readonly admission?: Admission<I>;
  readonly gate?: ClaimGate;
  /** How many to claim at a time: the next chunk is claimed when fewer than this number are held, so never as much as two chunks. */
  readonly chunkSize: number;
  /** End after this number of claims. */
  readonly maxItems?: number;
  /** Outcomes are written when this number has gathered (default: the chunk size, at least 500) … */
  readonly settleBatch?: number;
  /** … or after this time (default 40 ms), whichever is first. */
  readonly settleAfterMs?: number;
  /** For how long a failing database write is tried again (default 20 s) before the drain fails with DATABASE_UNAVAILABLE. */
  readonly settlePatienceMs?: number;
  readonly clock: Clock;
  readonly random?: Random;
  /** Who is told of claims, items and ends. */
  readonly telemetry?: TelemetryHolder;
  /**
   * Called when the source has nothing more: resolve with true to have it asked again (after a wake-up or a pause), with
   * false to let the drain end. Without it the drain ends. A drain that must stop does not wait for it.
   */
  readonly more?: (state: { readonly inFlight: number }) => Promise<boolean>;
  /** After each written batch: what it came to by the database's word. */
  readonly onReport?: (report: SettleReport) => void;
  readonly onSamples?: (samples: readonly ErrorSample[]) => void;
  readonly onProgress?: (progress: DrainProgress) => void;
}

/**
 * Why a drain ended. `exhausted` and `limit`: all done. `receiver_down`: the gate let nothing more through. `closing` and
 * `aborted`: told to. `failed`: see `error`.
 */
export type DrainEnd = 'exhausted' | 'limit' | 'receiver_down' | 'closing' | 'aborted' | 'failed';

export interface DrainReport {
  readonly end: DrainEnd;
  readonly claimed: number;
  readonly successful: number;
  readonly failed: number;
  readonly skipped: number;
  readonly dead: number;
  readonly retried: number;
  readonly lost: number;
  /** Claims given back. */
  readonly released: number;
  /** Claims whose end could not be written. */
  readonly unsettled: number;
  /**
   * The database may hold claims of this instance that nobody works on (a connection was lost in the middle of a claim, or
   * an end could not be written): the instance should be given up, so that they are rescued.
   */
  readonly mayHoldClaims: boolean;
  /** RECEIVER_MISCONFIGURED, DATABASE_UNAVAILABLE, or what the source's fault was called. */
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
