// The contract between the drain loop and everything that has work: subscriptions and the job queue are both sources.
import type { Db } from '../../db/database.js';
import type { Outcome } from './outcome.js';

/** One thing to do, claimed by this instance and fenced by its token. */
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

/** What a batch of settlements came to, by the database's word. */
export interface SettleReport {
  readonly successful: number;
  readonly failed: number;
  /** Occurrences that a misfire policy left out. */
  readonly skipped: number;
  /** Part of `failed`: no attempt is left. */
  readonly dead: number;
  /** Part of `failed`: will be tried again. */
  readonly retried: number;
  /** Fenced off: somebody else holds or has ended that claim. Counted in none of the above. */
  readonly lost: number;
  readonly samples: readonly ErrorSample[];
}

export interface ClaimRequest {
  /** The maximum number of items. */
  readonly limit: number;
}

export interface ClaimResult<I extends Claimed> {
  readonly items: readonly I[];
  /** True when nothing more can be had now: the drain need not ask again at once. */
  readonly exhausted: boolean;
  /** Occurrences ended by the claim itself (skipped by a misfire policy), for the run's counts. */
  readonly skipped?: number;
}

/** What a trace tells of an item. */
export interface ItemTrace {
  /** What kind of work it is. */
  readonly destination: string;
  /** The trace that it goes on with; null: one of its own. */
  readonly traceparent: string | null;
}

/** Where work comes from and goes back to. Every method may be called by several drains at once. */
export interface Source<I extends Claimed = Claimed, O extends Outcome = Outcome> {
  readonly name: string;
  /** Takes up to `limit` due items for this instance, each with a fresh fencing token. */
  claim(request: ClaimRequest): Promise<ClaimResult<I>>;
  /** Runs one item. Never rejects: every failure is an outcome. */
  execute(item: I, context: ExecuteContext): Promise<O>;
  /** Writes what became of a batch, in one statement, guarded by the tokens. */
  settle(batch: readonly Settlement<I, O>[]): Promise<SettleReport>;
  /** For who traces the work. Default: the source's name, and a trace of its own. */
  traceOf?(item: I): ItemTrace;
  /** Gives claims back untouched; they are due at once for every instance. */
  release(items: readonly I[]): Promise<void>;
}

/** A part that claims rows under an instance's id: when that instance dies, its rows must be put back. */
export interface ClaimHolder {
  readonly name: string;
  /** Takes the claims of dead instances back; returns how many. Runs inside the rescue's transaction. */
  rescue(tx: Db, deadInstances: readonly string[]): Promise<number>;
  /** Takes back what nobody alive holds though no instance was found dead: asked after each beat; limits itself. */
  rescueForgotten?(): Promise<void>;
}

/** What the engine asks of a source beyond the drain; kept by the same object. */
export interface ScheduledSource extends ClaimHolder {
  /** Milliseconds until the earliest due item by the database's clock; 0 or less: due now; null: nothing is coming. */
  nextDueInMs(): Promise<number | null>;
}
