// Decides whether a notification is sent now, later or never: first by the suppression list, then by the recipient's preferences. Pure;
// called when a notification is stored and again at each delivery attempt.
import { zoneNames } from '../../../scheduler/public.js';
import type { DeliveryMethod } from '../../../clients/notifier.js';
import { isCritical, type SendingDecision } from '../deliver/sending-decision.js';
import type { LoadedNotification } from '../db/load-notifications.js';
import { quietUntil } from './quiet-hours.js';
import { readQuietHours } from './quiet-hours-schema.js';

export type Asked = Pick<LoadedNotification, 'category' | 'delivery_method' | 'recipient' | 'suppressed'>;

const cancel = (reason: string): SendingDecision => ({ kind: 'cancel', reason });

/**
 * The rules in order: the suppression list applies to every category. The others do not apply to critical categories (`system`, `dunning`):
 * a category that is switched off, a mute, and quiet hours, which delay.
 */
export function decideSending({ category, delivery_method, recipient, suppressed }: Asked, now: Date): SendingDecision {
  if (suppressed !== null) return cancel(`suppressed: ${suppressed}`);
  if (recipient === null || isCritical(category)) return { kind: 'send' };
  if (isSwitchedOff(recipient.preferences, category, delivery_method))
    return cancel(`the recipient has switched off ${category} by ${delivery_method}`);
  const { muted_until: muted } = recipient;
  if (muted !== null && muted > now) return cancel(`the recipient is muted until ${muted.toISOString()}`);
  return decideByQuietHours(recipient.quiet_hours, recipient.timezone, now);
}

function decideByQuietHours(stored: unknown, timezone: string | null, now: Date): SendingDecision {
  const hours = readQuietHours(stored);
  if (hours.kind === 'always') return cancel('the quiet hours of the recipient never end');
  if (hours.kind !== 'week') return { kind: 'send' };
  const zone = zoneOf(timezone);
  const until = quietUntil(hours.week, zone, now);
  if (until === null) return { kind: 'send' };
  return { kind: 'delay', until, reason: `quiet hours of the recipient until ${until.toISOString()} (${zone})` };
}

/** An invalid zone counts as none. */
const zoneOf = (timezone: string | null): string => (timezone && zoneNames.resolve(timezone)) || 'UTC';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** `{categories: {digest: {email: false}}}`; a host may have written anything. */
function isSwitchedOff(preferences: unknown, category: string, method: DeliveryMethod): boolean {
  if (!isObject(preferences) || !isObject(preferences['categories'])) return false;
  const { categories } = preferences as { categories: Readonly<Record<string, unknown>> };
  const methods = Object.hasOwn(categories, category) ? categories[category] : undefined;
  return isObject(methods) && Object.hasOwn(methods, method) && methods[method] === false;
}
