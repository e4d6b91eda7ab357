// A payment provider that behaves like Stripe as far as pages are charged: an Express app over a book in memory.
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express, type Request, type RequestHandler, type Response, type Router } from 'express';
import { createBook, type Book, type Intent } from './book.js';
import { controlRoutes } from './control.js';
import { createIdempotencyKeys, type Answer, type IdempotencyKeys } from './idempotency.js';
import { createTroubles, type Trouble, type Troubles } from './troubles.js';

export interface ProviderSettings {
  readonly key: string;
  readonly latencyMs: number;
}

export interface PaymentProvider {
  readonly app: Express;
  readonly book: Book;
  readonly keys: IdempotencyKeys;
  readonly troubles: Troubles;
  /** From now on every request is answered with 401. */
  revoke(revoked?: boolean): void;
  /** Called when a payment is about to be answered. */
  onCharge: ((intent: Intent) => void) | null;
}

const problem = (status: number, error: Record<string, unknown>): Answer => ({ status, body: { error } });
const missing = (what: string, id: string): Answer =>
  problem(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${what}: '${id}'` });

export function createPaymentProvider({ key, latencyMs }: ProviderSettings): PaymentProvider {
  const book = createBook(() => Math.floor(Date.now() / 1_000));
  const keys = createIdempotencyKeys();
  const troubles = createTroubles();
  let revoked = false;

  const authenticated: RequestHandler = (request, response, next) => {
    if (request.get('authorization') === `Bearer ${key}` && !revoked) return next();
    send(response, problem(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' }));
  };
  const api: Router = express.Router();
  api.use(authenticated, express.urlencoded({ extended: true }));
  if (latencyMs > 0) api.use((_request, _response, next) => void sleep(latencyMs).then(() => next()));
  customerRoutes(api, book);

  const app = express().disable('x-powered-by');
  const provider: PaymentProvider = {
    app,
    book,
    keys,
    troubles,
    revoke: (now = true) => void (revoked = now),
    onCharge: null,
  };
  intentRoutes(api, provider);
  app.use('/v1', api);
  app.use('/control', controlRoutes(provider));
  app.use((request, response) => send(response, missing('route', request.path)));
  return provider;
}

const send = (response: Response, { status, body }: Answer): void => void response.status(status).json(body);

function customerRoutes(api: Router, book: Book): void {
  api.get('/customers/:id', (request, response) => {
    const { id } = request.params;
    if (!id.startsWith('cus_')) return send(response, missing('customer', id));
    response.json({ id, object: 'customer', invoice_settings: { default_payment_method: book.methodOf(id) } });
  });
}

function intentRoutes(api: Router, provider: PaymentProvider): void {
  const { book } = provider;
  api.get('/payment_intents/search', (request, response) => {
    const data = book.search(metadataOf(typeof request.query['query'] === 'string' ? request.query['query'] : ''));
    response.json({ object: 'search_result', data, has_more: false });
  });
  api.get('/payment_intents/:id', (request, response) => {
    const intent = book.find(request.params.id);
    send(response, intent ? { status: 200, body: intent } : missing('payment_intent', request.params.id));
  });
  api.post('/payment_intents/:id/cancel', (request, response) => {
    const intent = book.find(request.params.id);
    if (!intent) return send(response, missing('payment_intent', request.params.id));
    if (intent.status === 'succeeded' || intent.status === 'canceled') {
      const message = `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`;
      const code = 'payment_intent_unexpected_state';
      return send(response, problem(400, { type: 'invalid_request_error', code, message, payment_intent: intent }));
    }
    intent.status = 'canceled';
    response.json(intent);
  });
  api.post('/payment_intents', (request, response) => charge(provider, request, response));
}

/** `metadata["page_id"]:"7" AND metadata["team_id"]:"1"`. */
function metadataOf(query: string): Record<string, string> {
  const pairs = [...query.matchAll(/metadata\[["']((?:[^"'\\]|\\.)*)["']\]:["']((?:[^"'\\]|\\.)*)["']/g)];
  const plain = (text = ''): string => text.replaceAll(/\\(.)/g, '$1');
  return Object.fromEntries(pairs.map(([, key, value]) => [plain(key), plain(value)]));
}

type Body = Record<string, unknown> & { metadata?: Record<string, string> };

function charge(provider: PaymentProvider, request: Request, response: Response): void {
  const { keys, troubles } = provider;
  const body = (request.body ?? {}) as Body;
  const trouble = troubles.take(body.metadata?.['page_id']);
  if (trouble?.kind === 'busy') return tooMany(response, trouble);
  if (trouble?.kind === 'cut_before') return void response.socket?.destroy();
  const key = request.get('idempotency-key');
  const known = key === undefined ? null : keys.known(key, JSON.stringify(body));
  if (known) {
    if (known.replayed) response.set('idempotent-replayed', 'true');
    return reply(response, known.answer, trouble);
  }
  const answer = trouble?.kind === 'error_before' ? BROKEN : pay(provider, body);
  const kept = trouble?.kind === 'error_after' ? BROKEN : answer;
  if (key !== undefined) keys.keep(key, kept);
  reply(response, kept, trouble);
}

const BROKEN = problem(500, { type: 'api_error', message: 'An unknown error occurred' });

function tooMany(response: Response, { retry_after }: Trouble): void {
  if (retry_after !== undefined) response.set('retry-after', String(retry_after));
  send(response, problem(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' }));
}

function pay(provider: PaymentProvider, body: Body): Answer {
  const { amount, currency, customer, payment_method: method, metadata = {}, off_session, confirm } = body;
  if (off_session !== 'true' || confirm !== 'true' || !(Number(amount) > 0)) {
    return problem(400, {
      type: 'invalid_request_error',
      code: 'parameter_missing',
      message: 'amount, off_session and confirm',
    });
  }
  if (typeof customer !== 'string' || !customer.startsWith('cus_')) return missing('customer', String(customer));
  const { intent, decline } = provider.book.pay({
    amount: Number(amount),
    currency: String(currency),
    customer,
    payment_method: typeof method === 'string' ? method : provider.book.methodOf(customer),
    metadata,
  });
  provider.onCharge?.(intent);
  if (!decline) return { status: 200, body: intent };
  return problem(402, { type: 'card_error', ...decline, payment_intent: intent });
}

/** The payment stands, whatever its caller hears of it. */
function reply(response: Response, answer: Answer, trouble: Trouble | null): void {
  if (trouble?.kind === 'silent') return;
  if (trouble?.kind === 'cut') return void response.socket?.destroy();
  if (trouble?.kind === 'garbage') return void response.status(200).send('<html>It works!</html>');
  send(response, answer);
}
