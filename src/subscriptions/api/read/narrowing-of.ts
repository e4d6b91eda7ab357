// A filter of the API as the statements narrow by it. Pure.
import type { Narrowing } from '../../../db/subscriptions/claim/narrowing.js';
import type { SubscriptionFilter } from '../subscriptions-api.js';

/** `now`: null but under a test's clock. */
export function narrowingOf({ due, ...filter }: SubscriptionFilter, now: Date | null): Narrowing {
  if (due === undefined) return filter;
  return due ? { ...filter, dueAt: now } : { ...filter, notDueAt: now };
}
