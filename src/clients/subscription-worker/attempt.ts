// The outcome of one call to a receiver, in the receiver's terms; callers decide what it means for their work.

/** Never thrown: every call to a receiver resolves to one of these. */
export type Attempt =
  /** A 2xx. */
  | { readonly kind: 'ok'; readonly status: number; readonly durationMs: number; readonly body?: unknown }
  /** A 4xx that will be the same next time (422 and others): not to be retried. */
  | { readonly kind: 'rejected'; readonly status: number; readonly durationMs: number; readonly error: AttemptError }
  /** 401, 403, 404: we are misconfigured; every other call would fail too. */
  | {
      readonly kind: 'misconfigured';
      readonly status: number;
      readonly durationMs: number;
      readonly error: AttemptError;
    }
  /** 408, 429, 503, a time-out: make fewer calls, later. `retryAfterMs` is from Retry-After (seconds or a date). */
  | {
      readonly kind: 'overloaded';
      readonly status: number | null;
      readonly durationMs: number;
      readonly retryAfterMs: number | null;
      readonly error: AttemptError;
    }
  /** Any other 5xx, a refused or broken connection, a response that is too large or not HTTP. */
  | {
      readonly kind: 'broken';
      readonly status: number | null;
      readonly durationMs: number;
      readonly retryAfterMs: number | null;
      readonly error: AttemptError;
    }
  /** It was aborted by our own signal. */
  | { readonly kind: 'aborted'; readonly durationMs: number };

export interface AttemptError {
  /** `HTTP_503`, `TIMEOUT`, `ECONNREFUSED`, `RESPONSE_TOO_LARGE` …: used to group errors. */
  readonly code: string;
  /** At most 500 characters; never a header or a secret. */
  readonly message: string;
}

/** One occurrence for the subscription worker. */
export interface OccurrenceCall {
  readonly subscriptionId: string;
  readonly userId: string | null;
  /** Nominal time of the occurrence. */
  readonly scheduledFor: Date;
  /** 1 for the first. */
  readonly attempt: number;
  /** Occurrences before this one that a misfire policy folded into it. */
  readonly missedCount: number;
}

/** `<subscription_id>:<scheduled_for>`, the same on every attempt of that occurrence. */
export const idempotencyKey = (call: Pick<OccurrenceCall, 'subscriptionId' | 'scheduledFor'>): string =>
  `${call.subscriptionId}:${call.scheduledFor.toISOString()}`;

/** Runs occurrences by calling another service. */
export interface SubscriptionWorker {
  process(call: OccurrenceCall, signal: AbortSignal): Promise<Attempt>;
  close(): Promise<void>;
}
