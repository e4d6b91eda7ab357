// Stripe's official SDK behind the interface of payments. We retry ourselves, because the ledger must record every attempt.
import type Stripe from 'stripe';
import { systemClock, type Clock } from '../../base/clock.js';
import { SchedulerError } from '../../base/errors.js';
import { furthest, ofError, ofIntent, type IntentFacts } from './classify.js';
import type { ChargeRequest, MethodAnswer, PaymentAnswer, Payments } from './payments.js';

export interface StripeOptions {
  readonly secretKey: string;
  /** Where the API is, without a path. Default: Stripe's own. */
  readonly baseUrl?: string | null;
  /** For one request. Default 20,000. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/** `host`, `port` and `protocol` for the SDK. Throws INVALID_CONFIG for what is no http(s) URL without a path. */
function stripeAddress(baseUrl: string): { host: string; port: number; protocol: 'http' | 'https' } {
  const refuse = (): never => {
    throw new SchedulerError('INVALID_CONFIG', 'STRIPE_API_BASE must be an http or https URL without a path');
  };
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : refuse();
  const protocol = url.protocol === 'http:' ? 'http' : url.protocol === 'https:' ? 'https' : refuse();
  if (url.pathname !== '/' || url.search !== '') refuse();
  return { host: url.hostname, port: Number(url.port || (protocol === 'http' ? 80 : 443)), protocol };
}

/** The SDK is loaded with the first request: most processes never make one. Throws INVALID_CONFIG for a wrong base URL. */
export function createStripePayments(options: StripeOptions): Payments {
  const { secretKey, baseUrl = null, timeoutMs = 20_000, clock = systemClock } = options;
  const address = baseUrl === null ? {} : stripeAddress(baseUrl);
  let made: Promise<Stripe> | null = null;
  const stripe = (): Promise<Stripe> =>
    (made ??= import('stripe').then(
      ({ default: Sdk }) =>
        new Sdk(secretKey, { maxNetworkRetries: 0, timeout: timeoutMs, telemetry: false, ...address }),
    ));

  const ask = async (
    question: (sdk: Stripe) => Promise<IntentFacts | readonly IntentFacts[]>,
  ): Promise<PaymentAnswer> => {
    try {
      const found = await question(await stripe());
      return Array.isArray(found) ? furthest(found as IntentFacts[]) : ofIntent(found as IntentFacts);
    } catch (error) {
      return ofError(error, clock.now());
    }
  };

  return {
    methodOf: async (customerId) => {
      try {
        return { kind: 'method', paymentMethodId: await defaultMethod(await stripe(), customerId) };
      } catch (error) {
        const answer = ofError(error, clock.now());
        // an unknown customer is refused, with the reason, by the charge itself
        const known = answer.kind === 'unknown' || answer.kind === 'busy' || answer.kind === 'key_refused';
        return known ? answer : ({ kind: 'method', paymentMethodId: null } satisfies MethodAnswer);
      }
    },
    charge: (request) =>
      ask((sdk) => sdk.paymentIntents.create(paramsOf(request), { idempotencyKey: request.idempotencyKey })),
    retrieve: async (intentId) => orNone(await ask((sdk) => sdk.paymentIntents.retrieve(intentId))),
    find: (metadata) =>
      ask(async (sdk) => (await sdk.paymentIntents.search({ query: queryOf(metadata), limit: 100 })).data),
    cancel: async (intentId) => {
      const answer = orNone(await ask((sdk) => sdk.paymentIntents.cancel(intentId)));
      // refused if it was already cancelled or has succeeded: only a query tells which
      return answer.kind === 'declined' && answer.reason === 'payment_intent_unexpected_state'
        ? ask((sdk) => sdk.paymentIntents.retrieve(intentId))
        : answer;
    },
  };
}

const orNone = (answer: PaymentAnswer): PaymentAnswer =>
  answer.kind === 'declined' && answer.reason === 'resource_missing' ? { kind: 'none' } : answer;

/** The customer's default, or else the one that was attached last. */
async function defaultMethod(sdk: Stripe, customerId: string): Promise<string | null> {
  const customer = await sdk.customers.retrieve(customerId);
  if (customer.deleted) return null;
  const standard = customer.invoice_settings?.default_payment_method ?? customer.default_source ?? null;
  if (standard !== null) return typeof standard === 'string' ? standard : standard.id;
  const { data } = await sdk.customers.listPaymentMethods(customerId, { limit: 1 });
  return data[0]?.id ?? null;
}

const paramsOf = ({ amountCents, currency, customerId, paymentMethodId, metadata }: ChargeRequest) => ({
  amount: amountCents,
  currency,
  customer: customerId,
  ...(paymentMethodId === null ? {} : { payment_method: paymentMethodId }),
  off_session: true,
  confirm: true,
  metadata: { ...metadata },
});

const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
const queryOf = (metadata: Readonly<Record<string, string>>): string =>
  Object.entries(metadata)
    .map(([key, value]) => `metadata[${quote(key)}]:${quote(value)}`)
    .join(' AND ');
