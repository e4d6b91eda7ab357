// Processes one waiting page: makes the calls to the payment provider that the plan requires, and returns the outcome.
import type { ChargeRequest, PaymentAnswer, Payments } from '../../../clients/stripe/payments.js';
import type { ChargeOutcome, ChargeRow, NewCharge } from '../db/charges.js';
import type { QueuedPage } from '../db/pages.js';
import type { PagePlan } from './plan-page.js';

/** The outcome of a page. `left`: nothing was done; the next pass continues. */
export type PageEnd =
  | { readonly kind: 'settle'; readonly outcome: ChargeOutcome | null }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'left' };

export interface PageDeps {
  readonly payments: Payments;
  /** Calls the provider when that is allowed, and repeats the call while it is busy; null: not now. */
  readonly ask: (question: () => Promise<PaymentAnswer>) => Promise<PaymentAnswer | null>;
  /** Commits a new charge. Null: the page already has one. */
  readonly open: (page: QueuedPage, replaces: NewCharge['replaces']) => Promise<ChargeRow | null>;
}

/** A new charge may have been opened in advance, together with others. */
export async function chargePage(
  deps: PageDeps,
  page: QueuedPage,
  plan: PagePlan,
  opened?: ChargeRow,
): Promise<PageEnd> {
  switch (plan.kind) {
    case 'skip':
      return plan;
    case 'publish':
      return { kind: 'settle', outcome: null };
    case 'charge':
      if (opened) return send(deps, page, opened);
      return plan.replaces ? replace(deps, page, plan.replaces) : openAndSend(deps, page, null);
    case 'send_again':
      return send(deps, page, plan.charge);
    case 'retrieve':
      return endOf(deps, page, plan.charge, await deps.ask(() => deps.payments.retrieve(plan.intentId)));
    case 'look_up':
      return lookUp(deps, page, plan.charge);
  }
}

const metadataOf = ({ page_id, team_id }: Pick<ChargeRow, 'page_id' | 'team_id'>) => ({ page_id, team_id });

/** The same for every attempt: different parameters with the same key are refused. */
const requestOf = (charge: ChargeRow): ChargeRequest => ({
  amountCents: charge.amount_cents,
  currency: charge.currency,
  customerId: charge.customer_id,
  paymentMethodId: charge.payment_method_id,
  metadata: metadataOf(charge),
  idempotencyKey: charge.idempotency_key,
});

async function send(deps: PageDeps, page: QueuedPage, charge: ChargeRow): Promise<PageEnd> {
  const answer = await deps.ask(() => deps.payments.charge(requestOf(charge)));
  if (answer?.kind === 'mismatch') return lookUp(deps, page, charge);
  return endOf(deps, page, charge, answer?.kind === 'unknown' ? await lookOnce(deps, page, charge, answer) : answer);
}

/** A response that is replayed for its key reveals nothing new, but the provider's list of payments may. */
async function lookOnce(deps: PageDeps, page: QueuedPage, charge: ChargeRow, answer: PaymentAnswer) {
  if (charge.unknown_attempts === 0 || ageOf(page, charge) < SEARCH_DELAY_S) return answer;
  const found = await deps.ask(() => deps.payments.find(metadataOf(charge)));
  return found?.kind === 'succeeded' ? found : answer;
}

/** The earlier payment must not be able to succeed in addition to the new one. */
async function replace(deps: PageDeps, page: QueuedPage, former: ChargeRow): Promise<PageEnd> {
  const { payment_intent_id: intentId } = former;
  if (intentId !== null) {
    const answer = await deps.ask(() => deps.payments.cancel(intentId));
    if (answer === null) return { kind: 'left' };
    if (answer.kind === 'succeeded') return endOf(deps, page, former, answer);
    if (answer.kind !== 'declined' && answer.kind !== 'none') return { kind: 'skip', reason: 'unknown_outcome' };
  }
  return openAndSend(deps, page, { id: former.id, as: 'superseded' });
}

async function openAndSend(deps: PageDeps, page: QueuedPage, replaces: NewCharge['replaces']): Promise<PageEnd> {
  const charge = await deps.open(page, replaces);
  return charge ? send(deps, page, charge) : { kind: 'left' };
}

/** How long a payment may be missing from a search after it was made. */
const SEARCH_DELAY_S = 300;

/** Seconds since it was opened; 0 for one of this pass. */
const ageOf = ({ charge: loaded }: QueuedPage, { id }: ChargeRow): number => (loaded?.id === id ? loaded.age_s : 0);

/** The key cannot be sent again: only the provider's list of payments says whether it was charged. */
async function lookUp(deps: PageDeps, page: QueuedPage, charge: ChargeRow): Promise<PageEnd> {
  const answer = await deps.ask(() => deps.payments.find(metadataOf(charge)));
  if (answer?.kind !== 'none') return endOf(deps, page, charge, answer);
  if (ageOf(page, charge) >= SEARCH_DELAY_S) return openAndSend(deps, page, { id: charge.id, as: 'expired' });
  const message = 'its key was used with other parameters; it is looked up again later';
  return { kind: 'settle', outcome: outcomeOf(charge, 'open', { reason: 'key_conflict', message, unknown: 1 }) };
}

const outcomeOf = (
  charge: ChargeRow,
  status: ChargeOutcome['status'],
  more: Partial<Omit<ChargeOutcome, 'id' | 'status'>> = {},
): ChargeOutcome => ({
  id: charge.id,
  status,
  payment_intent_id: null,
  reason: null,
  message: null,
  unknown: 0,
  ...more,
});

/** What a response means for the ledger. */
function endOf(
  deps: PageDeps,
  page: QueuedPage,
  charge: ChargeRow,
  answer: PaymentAnswer | null,
): PageEnd | Promise<PageEnd> {
  if (answer === null) return { kind: 'left' };
  const settle = (outcome: ChargeOutcome): PageEnd => ({ kind: 'settle', outcome });
  switch (answer.kind) {
    case 'succeeded':
      return settle(outcomeOf(charge, 'paid', { payment_intent_id: answer.intentId }));
    case 'declined':
    case 'authentication_required': {
      if (charge.status !== 'open') return { kind: 'skip', reason: `declined: ${charge.reason ?? answer.reason}` };
      const { intentId: payment_intent_id, reason, message } = answer;
      return settle(outcomeOf(charge, 'declined', { payment_intent_id, reason, message }));
    }
    case 'processing':
      return settle(outcomeOf(charge, 'open', { payment_intent_id: answer.intentId, reason: 'processing' }));
    case 'none':
      // the provider does not know a payment that it named: look it up in its list of payments
      return charge.status === 'open' ? lookUp(deps, page, charge) : { kind: 'skip', reason: 'unknown_outcome' };
    case 'unknown':
    case 'mismatch':
    case 'busy':
    case 'key_refused': {
      if (charge.status !== 'open') return { kind: 'skip', reason: 'unknown_outcome' };
      return settle(outcomeOf(charge, 'open', { reason: 'unknown_outcome', message: answer.message, unknown: 1 }));
    }
  }
}
