// Counts the outcomes of a written batch, keeps samples of its errors, and notifies listeners.
import type { Clock } from '../../base/clock.js';
import type { ErrorSample, SettleReport, Settlement } from '../../scheduler/contracts/source.js';
import type { ClaimedSubscription, SubscriptionOutcome } from './claimed-subscription.js';

export interface SettledEvent {
  readonly kind: 'completed' | 'retry' | 'dead';
  readonly subscriptionId: string;
  readonly scheduledFor: Date;
  readonly attempts: number;
  readonly error: string | null;
  /** Dead occurrences in a row; set when that suspended the subscription. */
  readonly suspendedAfter: number | null;
}

export type SettledListener = (event: SettledEvent) => void;

type Done = Settlement<ClaimedSubscription, SubscriptionOutcome>;

const MAX_SAMPLES = 10;

export function reportSettled(
  settled: readonly Done[],
  lost: number,
  clock: Clock,
  listener: SettledListener | undefined,
): SettleReport {
  const events = settled.map(eventOf);
  if (listener !== undefined) events.forEach(listener);
  const count = (kind: SettledEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  const [dead, retried] = [count('dead'), count('retry')];
  return {
    successful: count('completed'),
    failed: dead + retried,
    skipped: 0,
    dead,
    retried,
    lost,
    samples: samplesOf(settled, clock),
  };
}

function eventOf({ item, outcome }: Done): SettledEvent {
  const { settled } = outcome;
  const kind = settled?.outcome ?? 'retry';
  return {
    kind,
    subscriptionId: item.id,
    scheduledFor: new Date(item.scheduledForMs),
    attempts: item.row.attempt,
    error: settled?.error ?? null,
    suspendedAfter: settled?.status === 'suspended' ? settled.consecutiveFailures : null,
  };
}

function samplesOf(settled: readonly Done[], clock: Clock): ErrorSample[] {
  const at = clock.now().toISOString();
  return settled
    .flatMap(({ item, outcome }) => (outcome.error === undefined ? [] : [{ id: item.id, ...outcome.error, at }]))
    .slice(0, MAX_SAMPLES);
}
