// What comes next: the current attempt, the next attempt, the next occurrence, or none. Pure.
import { reason, type Known, type WhyReason } from './known.js';
import { colon, distance, moment } from './words.js';

/** An attempt that failed, when another one follows. */
export function failedAttempt(known: Known): WhyReason[] {
  const { status, nextRunAt: next, scheduledFor: nominal, attempt, error } = known.subscription;
  if (status !== 'failed' || next === null || attempt === 0) return [];
  const of = nominal === null ? '' : ` at the occurrence of ${moment(nominal, known)}`;
  const text = `Attempt ${attempt}${of} failed${colon(error)}. The next one is due ${distance(next, known)}, on ${moment(next, known)}.`;
  return [reason('attempt_failed', 'warn', text, { at: next })];
}

function running(known: Known): WhyReason {
  const { scheduledFor: nominal, attempt } = known.subscription;
  const of = nominal === null ? '' : `: the occurrence of ${moment(nominal, known)}`;
  const which = attempt > 1 ? `, attempt ${attempt}` : '';
  return reason('running', 'waiting', `It is running now${of}${which}.`, { at: nominal });
}

function withoutNext({ subscription: { status } }: Known): WhyReason {
  return status === 'pending' || status === 'failed'
    ? reason('due', 'waiting', 'It is due now.')
    : reason('ended', 'off', 'It does not run any more: its schedule has ended.', {
        hint: 'Give it a schedule that has occurrences left.',
      });
}

/** What comes next for a subscription that nothing prevents from running. */
export function upcoming(known: Known): WhyReason[] {
  const { status, nextRunAt: next } = known.subscription;
  if (status === 'processing') return [running(known)];
  const failed = failedAttempt(known);
  if (failed.length > 0) return failed;
  if (next === null) return [withoutNext(known)];
  if (next > known.now) {
    const text = `It runs next ${distance(next, known)}, on ${moment(next, known)} (${known.zone}).`;
    return [reason('next_run', 'waiting', text, { at: next })];
  }
  const text = `It has been due since ${moment(next, known)}, ${distance(next, known)}, and waits for its turn.`;
  return [reason('due', 'warn', text, { at: next })];
}
