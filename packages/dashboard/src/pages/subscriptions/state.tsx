// How a subscription stands, in one word: what an operator did to it comes before what happened to it.
import type { Schemas } from '../../api/client.js';
import { Status } from '../../components/icons/status.js';

export type Subscription = Schemas['Subscription'];

/** A pause without an end lies far in the future. */
const FOR_EVER_YEAR = 9_000;

const isPausedForEver = ({ paused_until: until }: Subscription): boolean =>
  until !== null && (until.startsWith('+') || new Date(until).getUTCFullYear() > FOR_EVER_YEAR);

export function stateOf(subscription: Subscription, present: number): { status: string; word?: string } {
  const { active, paused_until: until, status } = subscription;
  if (!active) return { status: 'inactive' };
  if (until !== null && Date.parse(until) > present) return { status: 'paused' };
  if (until !== null && isPausedForEver(subscription)) return { status: 'paused' };
  if (status === 'failed') return { status: 'failed', word: 'waiting for a retry' };
  if (status === 'completed') return { status: 'completed', word: 'last one completed' };
  return { status };
}

export const SubscriptionStatus = ({
  subscription,
  present,
}: {
  readonly subscription: Subscription;
  readonly present: number;
}) => {
  const { status, word } = stateOf(subscription, present);
  return <Status status={status} word={word} title={subscription.error ?? undefined} />;
};
