// The contract between the drain loop and its sources of work: subscriptions and the job queue.
import type { Db } from '../../db/database.js';
import type { Outcome } from './outcome.js';

/** One item of work, claimed by this instance and fenced by its token. */
export interface Claimed {
  readonly id: string;
  readonly claimToken: string;
  /** For the optional limit per tenant; null: no tenant. */
  readonly tenantId: string | null;
}

export interface ExecuteContext {
  /** Aborts when the item must stop now: forced shutdown, cancelled run, lost instance. */
  readonly signal: AbortSignal;
  readonly runId: string | null;
}

export interface Settlement<I extends Claimed, O extends Outcome> {
  readonly item: I;
  readonly outcome: O;
}

/** An error kept in the run's record. */
export interface ErrorSample {
  /** The subscription or job. */
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly at: string;
}

/** The result of a batch of settlements, as reported by the database. */
export interface SettleReport {
  readonly successful: number;
  readonly failed: number;
  /** Occurrences that a misfire policy left out. */
  readonly skipped: number;
  /** Part of `failed`: no attempt is left. */
  readonly dead: number;
  /** Part of `failed`: will be retried. */
  readonly retried: number;
  /** Fenced off: another instance holds or has ended that claim. Not included in the counts above. */
  readonly lost: number;
  readonly samples: readonly ErrorSample[];
}

export interface ClaimRequest {
  /** The maximum number of items. */
  readonly limit: number;
}

export interface ClaimResult<I extends Claimed> {
  readonly items: readonly I[];
  /** Further items, which run beside the drain's slots instead of in them. Default: none. */
  readonly beside?: readonly I[];
  /** True if nothing more is available now, so that the drain need not ask again at once. */
  readonly exhausted: boolean;
  /** Occurrences ended by the claim itself (skipped by a misfire policy), for the run's counts. */
  readonly skipped?: number;
}

/** What a trace contains about an item. */
export interface ItemTrace {
  /** What kind of work it is. */
  readonly destination: string;
  /** The trace that it continues; null: a trace of its own. */
  readonly traceparent: string | null;
}

/** Where work comes from and is returned to. Several drains may call every method concurrently. */
export interface Source<I extends Claimed = Claimed, O extends Outcome = Outcome> {
  readonly name: string;
  /** Takes up to `limit` due items for this instance, each with a fresh fencing token. */
  claim(request: ClaimRequest): Promise<ClaimResult<I>>;
  /** Runs one item. Never rejects: every failure is an outcome. */
  execute(item: I, context: ExecuteContext): Promise<O>;
  /** Writes the outcomes of a batch in one statement, guarded by the tokens. */
  settle(batch: readonly Settlement<I, O>[]): Promise<SettleReport>;
  /** For tracing. Default: the source's name, and a trace of its own. */
  traceOf?(item: I): ItemTrace;
  /** Releases claims untouched; they are due at once for every instance. */
  release(items: readonly I[]): Promise<void>;
}

/** A part that claims rows under an instance's id: when that instance dies, its rows must be released. */
export interface ClaimHolder {
  readonly name: string;
  /** Releases the claims of dead instances; returns how many. Runs inside the rescue's transaction. */
  rescue(tx: Db, deadInstances: readonly string[]): Promise<number>;
  /**
   * Releases claims that no living instance holds even though no instance was found dead. Called after each heartbeat; limits its own
   * frequency.
   */
  rescueForgotten?(): Promise<void>;
}

/** What the engine needs from a source in addition to the drain; implemented by the same object. */
export interface ScheduledSource extends ClaimHolder {
  /** Milliseconds until the earliest due item by the database's clock; 0 or less: due now; null: nothing is coming. */
  nextDueInMs(): Promise<number | null>;
}
