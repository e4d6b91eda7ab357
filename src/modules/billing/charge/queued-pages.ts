// queued_pages: charges waiting pages and publishes those that are paid. No page is charged twice or forgotten: the ledger row is committed
// before the provider is called, and its key and parameters never change.
import type { Clock } from '../../../base/clock.js';
import type { PaymentAnswer, Payments } from '../../../clients/stripe/payments.js';
import {
  defineProcess,
  type Database,
  type ProcessContext,
  type ProcessDefinition,
} from '../../../scheduler/public.js';
import { linkSignals } from '../../../base/timing/linked-signal.js';
import { toError } from '../../../base/errors.js';
import { openCharges, type NewCharge } from '../db/charges.js';
import { queuedPageIds, type QueuedPage } from '../db/pages.js';
import { billingError } from '../errors.js';
import { chargePage, type PageDeps, type PageEnd } from './charge-page.js';
import { createGate } from './gate.js';
import { inWindow } from './in-window.js';
import { asRow, preparePages, type MethodOf, type PreparedPage } from './prepare-pages.js';
import type { Settler } from './settler.js';

export interface QueuedPagesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly payments: Payments;
  readonly settler: Settler;
  readonly price: { readonly amountCents: number; readonly currency: string };
  /** Charges at once. */
  readonly parallel: number;
  /** Settings that are missing. */
  readonly missing: () => readonly string[];
}

const QUEUED_PAGES = 'queued_pages';

/** Limit of one pass; the next one continues. */
const MOST_PAGES = 100_000;

export const queuedPages = (deps: QueuedPagesDeps): ProcessDefinition =>
  defineProcess({
    name: QUEUED_PAGES,
    description: 'Charges pages that are queued for publication, and publishes those that are paid',
    batch: true,
    missing: deps.missing,
    run: (ctx) => chargeAll(deps, ctx),
  });

async function chargeAll(deps: QueuedPagesDeps, ctx: ProcessContext) {
  const { db, payments, settler } = deps;
  const pass = createPass(deps, ctx);
  const ids = await queuedPageIds(db, MOST_PAGES);
  const prepared = preparePages({ db, methodOf: pass.methodOf, newCharge: pass.newCharge }, ids, pass.over);
  const page: PageDeps = { payments, ask: pass.ask, open: pass.open };
  const settling = new Set<Promise<void>>();

  await inWindow(prepared, pass.limit, async (item) => {
    if (pass.over()) return pass.left();
    const end = await chargePage(page, item.page, item.plan, item.opened);
    if (end.kind !== 'settle') return pass.count(item, end);
    // the next charge does not wait for the commit of this one
    const written = settler.settle({ page: item.page, outcome: end.outcome }).then(
      () => pass.count(item, end),
      (error: unknown) => pass.failed(item, 'NOT_SETTLED', toError(error).message),
    );
    settling.add(written);
    void written.finally(() => settling.delete(written));
  }).finally(() => Promise.all(settling));
  ctx.progress(ids.length, ids.length);
  return pass.result(ids.length === MOST_PAGES);
}

/** The state that the pages of one pass share: the gate, a refused key, the counts. */
function createPass({ db, clock, newId, payments, price, parallel }: QueuedPagesDeps, ctx: ProcessContext) {
  const gate = createGate(parallel, clock);
  const stop = linkSignals(ctx.closing, ctx.signal);
  const counts = { processed: 0, failed: 0, skipped: 0 };
  let refused: string | null = null;
  let left = 0;
  const methods = new Map<string, ReturnType<MethodOf>>();

  /** Null: not now. While the provider is busy, it waits like all others. */
  async function ask<A extends { readonly kind: string }>(
    question: () => Promise<A | PaymentAnswer>,
  ): Promise<A | PaymentAnswer | null> {
    for (let attempt = 0; ; attempt += 1) {
      await gate.pass(stop.signal);
      if (stop.signal.aborted) return null;
      const answer = (await question()) as PaymentAnswer;
      if (answer.kind === 'key_refused') {
        refused ??= answer.message;
        stop.abort(new Error('the key was refused'));
        return null;
      }
      if (answer.kind !== 'busy') {
        gate.ease();
        return answer;
      }
      ctx.log.warn('the payment provider is busy', { retry_after_ms: answer.retryAfterMs, attempt });
      gate.hold(answer.retryAfterMs, attempt);
    }
  }

  const askMethod: MethodOf = async (customerId) => {
    const answer = await ask(() => payments.methodOf(customerId));
    return answer?.kind === 'method' ? { id: answer.paymentMethodId } : null;
  };
  const methodOf: MethodOf = (customerId) => {
    const known = methods.get(customerId) ?? askMethod(customerId);
    methods.set(customerId, known);
    return known;
  };

  const newCharge = (
    page: QueuedPage,
    paymentMethodId: string | null,
    replaces: NewCharge['replaces'] = null,
  ): NewCharge => {
    const id = newId();
    return {
      id,
      page_id: page.id,
      team_id: page.team_id as string,
      idempotency_key: `page-${page.id}-${id}`,
      amount_cents: price.amountCents,
      currency: price.currency,
      customer_id: page.customer_id as string,
      payment_method_id: paymentMethodId,
      replaces,
    };
  };

  const add = (what: 'processed' | 'failed' | 'skipped'): void => {
    counts[what] += 1;
    if (what === 'skipped') return ctx.count({ skipped: 1 });
    ctx.count({ processed: 1, [what === 'failed' ? 'failed' : 'successful']: 1 });
  };
  const failed = ({ page }: PreparedPage, code: string, message: string): void => {
    add('failed');
    ctx.sample([{ id: page.id, code, message, at: clock.now().toISOString() }]);
  };

  return {
    ask,
    methodOf,
    newCharge,
    failed,
    limit: gate.limit,
    over: () => stop.signal.aborted,
    left: () => void (left += 1),
    open: async (page: QueuedPage, replaces: NewCharge['replaces']) => {
      if (page.customer_id === null) return null;
      const method = await methodOf(page.customer_id);
      if (method === null) return null;
      const charge = newCharge(page, method.id, replaces);
      const opened = await db.transaction((tx) => openCharges(tx, [charge]));
      return opened.has(charge.id) ? asRow(charge) : null;
    },
    count: (item: PreparedPage, end: PageEnd): void => {
      if (end.kind === 'left') return void (left += 1);
      if (end.kind === 'skip') return add('skipped');
      const { outcome } = end;
      if (outcome === null || outcome.status === 'paid') return add('processed');
      if (outcome.reason === 'processing') return add('skipped');
      failed(item, (outcome.reason ?? 'unknown_outcome').toUpperCase(), outcome.message ?? 'no reason was given');
    },
    result: (more: boolean) => {
      stop.unlink();
      if (refused !== null) {
        throw billingError(
          'PAYMENT_KEY_REFUSED',
          `the payment provider refused the key, and nobody else was charged: ${refused}`,
        );
      }
      const { processed, failed: failures, skipped } = counts;
      return {
        processed_count: processed,
        failed_count: failures,
        skipped_count: skipped,
        stopped_early: Number(more || left > 0 || ctx.closing.aborted),
      };
    },
  };
}
