// The delivery job types: one for each delivery method, so that a failing gateway does not delay mail.
import { z } from 'zod';
import type { Clock } from '../../../base/clock.js';
import type { DeliveryMethod } from '../../../clients/notifier.js';
import { defineJob, type AnyJob } from '../../../scheduler/public.js';
import { jobTypeOf } from '../send/store.js';
import { createDeliver, type DeliverDeps } from './deliver.js';
import { createGate, MOST_AHEAD } from './gate.js';
import type { TransportChain } from './transports.js';

export interface DeliveryOptions {
  /** Number at once in this process, for each method. */
  readonly concurrency: number;
  /** Per second over all instances, for each method; null: no limit. */
  readonly ratePerS: number | null;
  /** Seconds before each attempt. */
  readonly retryTableS: readonly number[];
}

/** Longer than any transport may take. */
const TIMEOUT_MS = 600_000;

const payload = z.object({
  delivery_method: z.enum(['email', 'sms', 'whatsapp']),
  notification_type: z.string(),
  recipient_id: z.string().nullish(),
});

export const deliveryJob = (
  deps: DeliverDeps & { readonly clock: Clock },
  chain: TransportChain,
  { concurrency, ratePerS, retryTableS }: DeliveryOptions,
): AnyJob => {
  const gate = createGate(concurrency, () => deps.clock.monotonicMs());
  const deliver = createDeliver(deps, chain, gate);
  return defineJob({
    type: jobTypeOf(chain.method),
    description: `Sends a notification by ${WORDS[chain.method]}`,
    queue: 'notifications',
    schema: payload,
    retry: { maxAttempts: retryTableS.length, tableS: retryTableS },
    timeoutMs: TIMEOUT_MS,
    concurrency: concurrency + MOST_AHEAD,
    // most of the jobs held are waiting for a connection, or for their outcome to be written
    ownSlots: true,
    limitOpensInMs: () => (chain.state === 'open' ? chain.pausedMs : null),
    limitNow: () => (chain.state === 'closed' ? gate.inHand() : chain.state === 'probing' ? 1 : 0),
    ...(ratePerS === null ? {} : { rateLimit: { max: ratePerS, perMs: 1_000 } }),
    run: (ctx) => deliver(ctx),
  });
};

const WORDS: Readonly<Record<DeliveryMethod, string>> = { email: 'mail', sms: 'SMS', whatsapp: 'WhatsApp' };
