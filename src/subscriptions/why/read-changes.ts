// The manual changes that affected a subscription: those that name it, and bulk changes whose filter certainly included it. Pure.
import type { ChangeRow } from '../../db/subscriptions/read/changes.js';
import type { Subscription } from '../api/subscription.js';
import type { KnownChange } from './known.js';

type Holds = (value: unknown, subscription: Subscription) => boolean;

/** For other fields (status, due), their value at that time is unknown. */
const FIELDS: Readonly<Record<string, Holds>> = {
  subscription_ids: (ids, { id }) =>
    Array.isArray(ids) && ids.some((one) => String(one).toLowerCase() === id.toLowerCase()),
  user_id: (userId, subscription) => userId === subscription.userId,
  tenant_id: (tenantId, subscription) => tenantId === subscription.tenantId,
  timezone: (timezone, { schedule }) => timezone === schedule.timezone,
  frequency: (frequency, { schedule }) => frequency === schedule.frequency,
};

function filterHolds(details: unknown, subscription: Subscription): boolean {
  const { filter } = (details ?? {}) as { readonly filter?: Readonly<Record<string, unknown>> };
  const fields = Object.entries(filter ?? {});
  return fields.length > 0 && fields.every(([name, value]) => FIELDS[name]?.(value, subscription) === true);
}

/** Newest first, as the rows are. */
export const changesOf = (rows: readonly ChangeRow[], subscription: Subscription): KnownChange[] =>
  rows
    .filter(({ target, details }) => target !== null || filterHolds(details, subscription))
    .map((row) => ({ at: row.at, actor: row.actor, action: actionOf(row) }));

/** A pause that is set or ended together with other fields is an update in the log. */
function actionOf({ action, details }: ChangeRow): string {
  if (action !== 'subscription.update') return action;
  const { paused_until: until, paused } = (details ?? {}) as { paused_until?: unknown; paused?: unknown };
  if (paused === false) return 'subscription.resume';
  return paused === true || typeof until === 'string' ? 'subscription.pause' : action;
}
