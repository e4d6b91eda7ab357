// Payments as the billing module sees them: each call resolves with an outcome and never rejects. Another provider can implement it.

export interface ChargeRequest {
  readonly amountCents: number;
  readonly currency: string;
  readonly customerId: string;
  /** null: the provider's default for the customer. */
  readonly paymentMethodId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
}

/** The outcome of a payment. */
export type PaymentAnswer =
  | { readonly kind: 'succeeded'; readonly intentId: string }
  /** It is in progress and its outcome is not known yet. */
  | { readonly kind: 'processing'; readonly intentId: string }
  | {
      readonly kind: 'declined' | 'authentication_required';
      readonly intentId: string | null;
      /** Machine-readable: `insufficient_funds`. */
      readonly reason: string;
      readonly message: string;
    }
  /** It is not known whether money was moved: no response, or one that cannot be read. */
  | { readonly kind: 'unknown'; readonly message: string }
  /** Too many requests: nothing was done. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null; readonly message: string }
  /** The account's key was refused: no other request will succeed either. */
  | { readonly kind: 'key_refused'; readonly message: string }
  /** The idempotency key was used with other parameters. */
  | { readonly kind: 'mismatch'; readonly message: string }
  /** There is no such payment. */
  | { readonly kind: 'none' };

export type MethodAnswer =
  | { readonly kind: 'method'; readonly paymentMethodId: string | null }
  | Extract<PaymentAnswer, { kind: 'unknown' | 'busy' | 'key_refused' }>;

/** Each method resolves, whatever happens. */
export interface Payments {
  /** The current payment method of a customer. */
  methodOf(customerId: string): Promise<MethodAnswer>;
  /** Charges the customer off-session. */
  charge(request: ChargeRequest): Promise<PaymentAnswer>;
  retrieve(intentId: string): Promise<PaymentAnswer>;
  /** The payment with this metadata that has progressed furthest; new ones may be missing for a minute. */
  find(metadata: Readonly<Record<string, string>>): Promise<PaymentAnswer>;
  /** Cancels it, so that it can never succeed. `declined`: it cannot succeed any more; `succeeded`: it already has. */
  cancel(intentId: string): Promise<PaymentAnswer>;
}
