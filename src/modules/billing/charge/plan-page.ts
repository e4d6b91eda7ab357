// Decides what to do with a waiting page. Pure. Whatever the ledger contains, no page can be charged twice by this decision.
import type { ChargeRow } from '../db/charges.js';
import type { QueuedPage } from '../db/pages.js';

export type PagePlan =
  | { readonly kind: 'skip'; readonly reason: string }
  /** It has already been paid for. */
  | { readonly kind: 'publish' }
  /** A new charge; `replaces` is closed with it, and its payment must never succeed. */
  | { readonly kind: 'charge'; readonly replaces: ChargeRow | null }
  /** The open charge again, with its own key. */
  | { readonly kind: 'send_again'; readonly charge: ChargeRow }
  /** Its payment is known: retrieve its outcome. */
  | { readonly kind: 'retrieve'; readonly charge: ChargeRow; readonly intentId: string }
  /** The provider may have forgotten its key: search for a payment. */
  | { readonly kind: 'look_up'; readonly charge: ChargeRow };

/** A provider keeps idempotency keys for at least 24 hours; one hour is a margin for clocks and for the request itself. */
const KEY_VALID_S = 23 * 3_600;

/** `paymentMethodId`: the customer's current payment method. */
export function planPage(page: QueuedPage, paymentMethodId: string | null): PagePlan {
  const { charge } = page;
  if (charge?.status === 'paid') return { kind: 'publish' };
  if (charge?.status === 'open') return planOpen(charge, charge.age_s);
  if (page.customer_id === null) return { kind: 'skip', reason: 'no_customer' };
  if (charge?.status === 'retrying') return { kind: 'charge', replaces: charge };
  if (charge?.status !== 'declined') return { kind: 'charge', replaces: null };
  if (charge.payment_method_id !== paymentMethodId) return { kind: 'charge', replaces: charge };
  // the customer may have confirmed it meanwhile
  if (charge.reason === 'authentication_required' && charge.payment_intent_id !== null) {
    return { kind: 'retrieve', charge, intentId: charge.payment_intent_id };
  }
  return { kind: 'skip', reason: `declined: ${charge.reason ?? 'unknown'}` };
}

function planOpen(charge: ChargeRow, ageS: number): PagePlan {
  if (charge.payment_intent_id !== null) return { kind: 'retrieve', charge, intentId: charge.payment_intent_id };
  return ageS < KEY_VALID_S ? { kind: 'send_again', charge } : { kind: 'look_up', charge };
}

/** False: the payment method makes no difference. */
export const needsMethod = ({ customer_id, charge }: QueuedPage): boolean =>
  customer_id !== null && charge?.status !== 'paid' && charge?.status !== 'open';
