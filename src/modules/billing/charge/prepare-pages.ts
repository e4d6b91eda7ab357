// Prepares waiting pages for charging, a chunk ahead: the payment method of each team, the plan, and the ledger rows of new charges.
import type { Database } from '../../../scheduler/public.js';
import type { ChargeRow, NewCharge } from '../db/charges.js';
import { openCharges } from '../db/charges.js';
import { loadQueuedPages, type QueuedPage } from '../db/pages.js';
import { needsMethod, planPage, type PagePlan } from './plan-page.js';

export interface PreparedPage {
  readonly page: QueuedPage;
  readonly plan: PagePlan;
  /** The charge that was opened for it. */
  readonly opened?: ChargeRow;
}

/** The customer's payment method. Null: it could not be read, and none of their pages is charged. */
export type MethodOf = (customerId: string) => Promise<{ readonly id: string | null } | null>;

export interface PrepareDeps {
  readonly db: Database;
  readonly methodOf: MethodOf;
  readonly newCharge: (page: QueuedPage, paymentMethodId: string | null) => NewCharge;
}

const CHUNK = 100;

/** While a chunk is being charged, the next one is prepared. Ends when `stop` returns true. */
export async function* preparePages(
  deps: PrepareDeps,
  ids: readonly string[],
  stop: () => boolean,
): AsyncGenerator<PreparedPage> {
  const load = (from: number): Promise<readonly PreparedPage[]> => {
    const chunk = prepareChunk(deps, ids.slice(from, from + CHUNK));
    chunk.catch(() => {}); // it is awaited when its turn comes
    return chunk;
  };
  let next = load(0);
  for (let from = 0; from < ids.length && !stop(); from += CHUNK) {
    const pages = await next;
    if (from + CHUNK < ids.length && !stop()) next = load(from + CHUNK);
    yield* pages;
  }
}

async function prepareChunk(
  { db, methodOf, newCharge }: PrepareDeps,
  ids: readonly string[],
): Promise<readonly PreparedPage[]> {
  const pages = await loadQueuedPages(db, ids);
  const customers = new Set(pages.filter(needsMethod).map(({ customer_id }) => customer_id as string));
  const methods = new Map(
    await Promise.all([...customers].map(async (customer) => [customer, await methodOf(customer)] as const)),
  );
  const fresh = new Map<string, NewCharge>();
  const plans = pages.map((page): PreparedPage => {
    const method = methods.get(page.customer_id ?? '');
    if (method === null) return { page, plan: { kind: 'skip', reason: 'unknown_customer' } };
    const plan = planPage(page, method?.id ?? null);
    if (plan.kind === 'charge' && plan.replaces === null) fresh.set(page.id, newCharge(page, method?.id ?? null));
    return { page, plan };
  });
  if (fresh.size === 0) return plans;
  const opened = await db.transaction((tx) => openCharges(tx, [...fresh.values()]));
  return plans.flatMap((prepared) => {
    const charge = fresh.get(prepared.page.id);
    if (!charge) return prepared;
    // another one was opened meanwhile: the next pass finds it
    return opened.has(charge.id) ? { ...prepared, opened: asRow(charge) } : [];
  });
}

/** A charge as it has just been written. */
export function asRow({ replaces: _, ...charge }: NewCharge): ChargeRow {
  const at = new Date(0);
  return {
    ...charge,
    status: 'open',
    unknown_attempts: 0,
    payment_intent_id: null,
    reason: null,
    message: null,
    created_at: at,
    updated_at: at,
    paid_at: null,
  };
}
