// The outcome of one item, as seen by counts, the breaker and the concurrency limit. Sources extend it.

/** What the attempt says about the health of the receiver. */
export type ReceiverHealth =
  /** It responded properly, even if with a 422. */
  | 'healthy'
  /** 429, 503 or a time-out: make fewer calls. */
  | 'overloaded'
  /** Another 5xx, a refused or broken connection, an unreadable response. */
  | 'broken'
  /** The attempt says nothing (aborted by us, or no receiver at all). */
  | 'unknown';

export interface WorkError {
  /** Groups similar errors: `HTTP_503`, `TIMEOUT`, `ECONNREFUSED`, the `name` of the error that a handler threw. */
  readonly code: string;
  readonly message: string;
}

export interface Outcome {
  /**
   * `completed` and `failed` are settled; `released` gives the claim back as if it had never been taken (aborted before or during the
   * attempt, not because of the item).
   */
  readonly kind: 'completed' | 'failed' | 'released';
  readonly receiver: ReceiverHealth;
  readonly durationMs: number;
  readonly error?: WorkError;
  /** The receiver is misconfigured (401, 403, 404): the drain stops with this error. Used with `released`. */
  readonly fatal?: boolean;
}
