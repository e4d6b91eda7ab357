// The provider's book: customers, what they pay with, and payments. What a payment comes to follows from its payment method.
import { randomUUID } from 'node:crypto';

export interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly currency: string;
  readonly customer: string;
  readonly payment_method: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
  status: 'succeeded' | 'requires_payment_method' | 'requires_action' | 'canceled';
  last_payment_error: { code: string; decline_code?: string; message: string } | null;
}

export interface Decline {
  readonly code: string;
  readonly decline_code?: string;
  readonly message: string;
}

const declined = (decline_code: string, message: string): Decline => ({ code: 'card_declined', decline_code, message });

/** The names that Stripe's own test cards have. Any other payment method pays. */
const DECLINES: Readonly<Record<string, Decline>> = {
  pm_card_chargeDeclined: declined('generic_decline', 'Your card was declined.'),
  pm_card_chargeDeclinedInsufficientFunds: declined('insufficient_funds', 'Your card has insufficient funds.'),
  pm_card_chargeDeclinedLostCard: declined('lost_card', 'Your card was declined.'),
  pm_card_chargeDeclinedExpiredCard: { code: 'expired_card', message: 'Your card has expired.' },
  pm_card_authenticationRequired: {
    code: 'authentication_required',
    decline_code: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
  },
};

export const GOOD_CARD = 'pm_card_visa';

export interface Book {
  /** What a customer pays with from now on. */
  setMethod(customer: string, method: string): void;
  methodOf(customer: string): string;
  /** There is money on what a customer pays with. */
  addFunds(customer: string): void;
  /** Makes a payment; `decline`: why it did not succeed. */
  pay(request: Omit<Intent, 'id' | 'object' | 'created' | 'status' | 'last_payment_error'>): {
    intent: Intent;
    decline: Decline | null;
  };
  find(id: string): Intent | undefined;
  search(metadata: Readonly<Record<string, string>>): readonly Intent[];
  /** The customer has confirmed it after all. */
  confirm(id: string): void;
  /** Money that moved. */
  succeeded(): readonly Intent[];
  all(): readonly Intent[];
}

/** `nowS`: seconds since 1970. */
export function createBook(nowS: () => number): Book {
  const intents = new Map<string, Intent>();
  const methods = new Map<string, string>();
  const funded = new Set<string>();
  const declineOf = ({ payment_method: method, customer }: Pick<Intent, 'payment_method' | 'customer'>) => {
    const decline = DECLINES[method ?? ''] ?? null;
    return decline?.decline_code === 'insufficient_funds' && funded.has(customer) ? null : decline;
  };
  return {
    setMethod: (customer, method) => void methods.set(customer, method),
    methodOf: (customer) => methods.get(customer) ?? GOOD_CARD,
    addFunds: (customer) => void funded.add(customer),
    pay: (request) => {
      const decline = declineOf(request);
      const intent: Intent = {
        id: `pi_${randomUUID().replaceAll('-', '')}`,
        object: 'payment_intent',
        ...request,
        created: nowS(),
        status: decline ? 'requires_payment_method' : 'succeeded',
        last_payment_error: decline,
      };
      intents.set(intent.id, intent);
      return { intent, decline };
    },
    find: (id) => intents.get(id),
    search: (metadata) =>
      [...intents.values()].filter((intent) =>
        Object.entries(metadata).every(([key, value]) => intent.metadata[key] === value),
      ),
    confirm: (id) => {
      const intent = intents.get(id);
      if (intent?.status !== 'requires_payment_method') throw new Error(`${id} does not wait for its customer`);
      intent.status = 'succeeded';
      intent.last_payment_error = null;
    },
    succeeded: () => [...intents.values()].filter(({ status }) => status === 'succeeded'),
    all: () => [...intents.values()],
  };
}
