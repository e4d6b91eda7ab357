// What Stripe's responses and errors mean for a payment. Pure.
// https://docs.stripe.com/error-handling and https://docs.stripe.com/api/idempotent_requests
import { toError } from '../../base/errors.js';
import { parseRetryAfter } from '../http/retry-after.js';
import type { PaymentAnswer } from './payments.js';

/** The part of a PaymentIntent that matters. */
export interface IntentFacts {
  readonly id: string;
  readonly status: string;
  readonly last_payment_error?: {
    readonly code?: string;
    readonly decline_code?: string;
    readonly message?: string;
  } | null;
}

export function ofIntent(intent: IntentFacts): PaymentAnswer {
  const { id: intentId, status, last_payment_error: error } = intent;
  if (typeof intentId !== 'string') return { kind: 'unknown', message: 'the response is not a PaymentIntent' };
  const reason = error?.decline_code || error?.code || status;
  const message = error?.message ?? `the PaymentIntent is ${status}`;
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded', intentId };
    case 'requires_action':
      return { kind: 'authentication_required', intentId, reason: 'authentication_required', message };
    case 'requires_payment_method':
      return isAuthentication(error)
        ? { kind: 'authentication_required', intentId, reason: 'authentication_required', message }
        : { kind: 'declined', intentId, reason, message };
    case 'canceled':
      return { kind: 'declined', intentId, reason, message };
    case 'processing':
    case 'requires_capture':
    case 'requires_confirmation':
      return { kind: 'processing', intentId };
    default:
      return { kind: 'unknown', message: `the PaymentIntent has the status ${String(status)}` };
  }
}

interface Facts {
  readonly type?: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly decline_code?: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payment_intent?: IntentFacts;
}

const isAuthentication = (error: { code?: string; decline_code?: string } | null | undefined): boolean =>
  error?.code === 'authentication_required' || error?.decline_code === 'authentication_required';

/** Fields of an error thrown by the SDK. */
export function ofError(thrown: unknown, now: Date): PaymentAnswer {
  const error = toError(thrown) as Error & Facts;
  const { statusCode: status, message } = error;
  if (status === 401 || status === 403) return { kind: 'key_refused', message };
  if (status === 429)
    return { kind: 'busy', retryAfterMs: parseRetryAfter(error.headers?.['retry-after'], now), message };
  if (status === 409) return { kind: 'unknown', message }; // a request with the same key is in progress
  if (error.type === 'StripeIdempotencyError') return { kind: 'mismatch', message };
  if (error.type === 'StripeCardError' || status === 402) return refused(error);
  if (status !== undefined && status >= 400 && status < 500) return refused(error);
  return { kind: 'unknown', message };
}

function refused(error: Error & Facts): PaymentAnswer {
  const intentId = error.payment_intent?.id ?? null;
  if (error.payment_intent?.status === 'succeeded' && intentId) return { kind: 'succeeded', intentId };
  const reason = error.decline_code || error.code || 'invalid_request'; // the SDK has '' for what is missing
  const kind = isAuthentication(error) ? 'authentication_required' : 'declined';
  return { kind, intentId, reason: kind === 'declined' ? reason : kind, message: error.message };
}

const RANK = ['succeeded', 'processing', 'authentication_required', 'declined'];

/** Of several payments for the same page, the one that has progressed furthest. */
export function furthest(intents: readonly IntentFacts[]): PaymentAnswer {
  const answers = intents.map(ofIntent);
  const ranked = RANK.flatMap((kind) => answers.filter((answer) => answer.kind === kind));
  return ranked[0] ?? answers[0] ?? { kind: 'none' };
}
