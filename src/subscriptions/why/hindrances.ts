// What prevents a subscription from running: a condition that affects all of them, or its own state. Pure.
import { FOREVER } from '../../db/subscriptions/read/subscription-row.js';
import { reason, type Known, type KnownChange, type WhyReason } from './known.js';
import { distance, moment, occurrences } from './words.js';

function ofProcess(known: Known): WhyReason[] {
  const { process, now } = known;
  if (process === null) return [];
  const what = `No subscription runs: the process "${process.name}" is`;
  if (!process.enabled)
    return [reason('process_disabled', 'bad', `${what} disabled.`, { hint: 'Enable that process.' })];
  const until = process.pausedUntil;
  if (until === null || until <= now) return [];
  const text = `${what} paused until ${moment(until, known)}.`;
  return [reason('process_paused', 'bad', text, { hint: 'Resume that process to end the pause now.', at: until })];
}

function ofBreakers(known: Known): WhyReason[] {
  return known.breakers
    .filter(({ state }) => state !== 'closed')
    .map(({ name, state, changedAt: at }) => {
      const since = `since ${moment(at, known)}, ${distance(at, known)}`;
      return state === 'open'
        ? reason('receiver_down', 'bad', `The receiver fails: the circuit breaker "${name}" has been open ${since}.`, {
            hint: 'Nothing is sent until the receiver recovers; what is due waits and loses no attempt.',
            at,
          })
        : reason(
            'receiver_probed',
            'warn',
            `The receiver failed and is being tried again ${since} (circuit breaker "${name}").`,
            { at },
          );
    });
}

/** The current pause; null if the log does not say who started it. */
export const pauseInForce = ({ subscription, changes }: Known): KnownChange | null => {
  const last = changes.find(({ action }) => action === 'subscription.pause' || action === 'subscription.resume');
  return subscription.pausedUntil !== null && last?.action === 'subscription.pause' ? last : null;
};

function ofPause(known: Known): WhyReason[] {
  const { subscription, now } = known;
  const { pausedUntil: until, id } = subscription;
  if (until === null) return [];
  if (until <= now)
    return [
      reason('pause_over', 'waiting', `Its pause ended on ${moment(until, known)}: it is resumed at the next check.`, {
        at: until,
      }),
    ];
  const isOpen = until.getTime() === FOREVER.getTime();
  const end = isOpen ? 'until it is resumed' : `until ${moment(until, known)} (${distance(until, known)})`;
  const by = pauseInForce(known);
  const text = by
    ? `It does not run: ${by.actor} paused it on ${moment(by.at, known)}, ${end}.`
    : `It does not run: it is paused ${end}.`;
  const hint = `Resume it to end the pause (punctual resume subscriptions ${id}).`;
  return [reason('paused', 'off', text, { hint, at: isOpen ? null : until })];
}

function ofState({ subscription }: Known): WhyReason[] {
  const { active, status, id, consecutiveFailures } = subscription;
  const reasons: WhyReason[] = [];
  if (!active) {
    const hint = 'Set active to true to have it run again.';
    reasons.push(reason('inactive', 'off', 'It does not run: it is not active.', { hint }));
  }
  if (status === 'suspended') {
    const text = `It does not run: it was suspended after ${occurrences(consecutiveFailures)} in a row had failed all attempts.`;
    const hint = `Find out why they failed, then resume it (punctual resume subscriptions ${id}).`;
    reasons.push(reason('suspended', 'bad', text, { hint }));
  }
  return reasons;
}

/** Conditions that affect all subscriptions. */
export const commonHindrances = (known: Known): WhyReason[] => [...ofProcess(known), ...ofBreakers(known)];

/** Conditions of this subscription. */
export const ownHindrances = (known: Known): WhyReason[] => [...ofState(known), ...ofPause(known)];
