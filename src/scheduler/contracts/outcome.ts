// What became of one item, as counts, the breaker and the concurrency limit see it. Sources extend it with their own.

/** What the attempt says about the health of the receiver. */
export type ReceiverHealth =
  /** It responded as it should, be it with a 422. */
  | 'healthy'
  /** 429, 503 or a time-out: less of it, please. */
  | 'overloaded'
  /** Another 5xx, a refused or cut connection, garbage. */
  | 'broken'
  /** The attempt says nothing (aborted by us, or no receiver at all). */
  | 'unknown';

export interface WorkError {
  /** Groups like errors: `HTTP_503`, `TIMEOUT`, `ECONNREFUSED`, the `name` of what a handler threw. */
  readonly code: string;
  readonly message: string;
}

export interface Outcome {
  /**
   * `completed` and `failed` are settled; `released` gives the claim back as if it had never been taken (aborted before or
   * during the attempt through no fault of the item).
   */
  readonly kind: 'completed' | 'failed' | 'released';
  readonly receiver: ReceiverHealth;
  readonly durationMs: number;
  readonly error?: WorkError;
  /** The receiver is set up wrongly (401, 403, 404): the drain stops with this error. Goes with `released`. */
  readonly fatal?: boolean;
}
