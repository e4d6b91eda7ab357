// Payments as the billing module sees them: each call resolves with an outcome and never rejects. Another provider can stand behind it.

export interface ChargeRequest {
  readonly amountCents: number;
  readonly currency: string;
  readonly customerId: string;
  /** null: the provider's default for the customer. */
  readonly paymentMethodId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
}

/** What became of a payment. */
export type PaymentAnswer =
  | { readonly kind: 'succeeded'; readonly intentId: string }
  /** It is under way and its end is not known yet. */
  | { readonly kind: 'processing'; readonly intentId: string }
  | {
      readonly kind: 'declined' | 'authentication_required';
      readonly intentId: string | null;
      /** Machine-readable: `insufficient_funds`. */
      readonly reason: string;
      readonly message: string;
    }
  /** Whether money moved is not known: no response, or one that cannot be read. */
  | { readonly kind: 'unknown'; readonly message: string }
  /** Too many requests: nothing was done. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null; readonly message: string }
  /** The key of the account was refused: no other request will succeed either. */
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
  /** What a customer pays with now. */
  methodOf(customerId: string): Promise<MethodAnswer>;
  /** Charges without the customer being there. */
  charge(request: ChargeRequest): Promise<PaymentAnswer>;
  retrieve(intentId: string): Promise<PaymentAnswer>;
  /** The payment with this metadata that has come furthest; new ones may be missing for a minute. */
  find(metadata: Readonly<Record<string, string>>): Promise<PaymentAnswer>;
  /** Makes sure that it can never succeed. `declined`: it cannot; `succeeded`: it has. */
  cancel(intentId: string): Promise<PaymentAnswer>;
}
