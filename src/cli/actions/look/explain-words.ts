// Why a subscription ran, will run or does not run, in sentences. Pure.
import type { AuditAnswer, LedgerAnswer, StatusAnswer, SubscriptionAnswer } from '../../api/answers.js';
import { plural, printable, relative, shortTime, timeAndDistance } from '../../output/words.js';
import { scheduleInWords } from './schedule-words.js';

export interface Known {
  readonly subscription: SubscriptionAnswer;
  /** Newest first. */
  readonly ledger: readonly LedgerAnswer[];
  readonly status: StatusAnswer;
  readonly changes: readonly AuditAnswer[];
  readonly now: Date;
}

export const explainInWords = (known: Known): string[] =>
  [
    `Subscription ${known.subscription.id} runs ${scheduleInWords(known.subscription.schedule, known.now)}.`,
    stateInWords(known),
    lastInWords(known),
    misfireInWords(known),
    breakerInWords(known),
    changeInWords(known),
  ].filter((sentence) => sentence !== null);

function stateInWords({ subscription, now }: Known): string {
  const { active, paused_until: until, status, next_run_at: next, consecutive_failures: dead } = subscription;
  if (!active) return 'It does not run: it is not active. Set active to true to have it run again.';
  if (until !== null && new Date(until) > now) {
    const open = new Date(until).getUTCFullYear() > 9_000;
    return `It does not run: it is paused ${open ? 'until it is resumed' : `until ${timeAndDistance(until, now)}`}. punctual resume subscriptions ${subscription.id} ends that.`;
  }
  if (status === 'suspended') {
    return `It does not run: it was suspended after ${plural(dead, 'occurrence')} in a row had died. punctual resume subscriptions ${subscription.id} ends that.`;
  }
  if (status === 'processing')
    return `It is running now: the occurrence of ${shortTime(subscription.scheduled_for ?? '')}.`;
  return next === null ? withoutNext(status) : waiting(subscription, next, now);
}

const withoutNext = (status: string): string =>
  status === 'pending' || status === 'failed' ? 'It is due now.' : 'It does not run any more: its schedule has ended.';

function waiting(
  { status, attempt, scheduled_for: nominal, error }: SubscriptionAnswer,
  next: string,
  now: Date,
): string {
  if (status === 'failed' && nominal !== null && attempt > 0) {
    return `Attempt ${attempt} at the occurrence of ${shortTime(nominal)} failed (${printable(error ?? 'no reason')}); the next one is due ${relative(next, now)}.`;
  }
  if (new Date(next) <= now) return `It has been due since ${timeAndDistance(next, now)}, and waits for its turn.`;
  return `It runs next at ${timeAndDistance(next, now)}.`;
}

function lastInWords({ ledger: [last], now }: Known): string {
  if (last === undefined) return 'It has not run yet.';
  const at = timeAndDistance(last.scheduled_for, now);
  const why = last.error === null ? '' : `: ${printable(last.error)}`;
  if (last.outcome === 'completed') return `The last occurrence, ${at}, completed at attempt ${last.attempts}.`;
  if (last.outcome === 'dead')
    return `The last occurrence, ${at}, died after ${plural(last.attempts, 'attempt')}${why}.`;
  return `Nothing ran for ${plural(last.count, 'occurrence')} from ${at} on.`;
}

const MISFIRES: Readonly<Record<string, string>> = {
  once: 'the latest of them ran late, the others did not (misfire: once)',
  skip: 'they were too late to run (misfire: skip)',
  all: 'they were more than its cap allows (misfire: all)',
};

function misfireInWords({ subscription, ledger }: Known): string | null {
  const gap = ledger.find(({ outcome }) => outcome === 'skipped' || outcome === 'coalesced');
  if (gap === undefined) return null;
  const { misfire = 'once' } = subscription.schedule as { readonly misfire?: string };
  const until = gap.last_scheduled_for === null ? '' : ` to ${shortTime(gap.last_scheduled_for)}`;
  return `${plural(gap.count, 'occurrence')} from ${shortTime(gap.scheduled_for)}${until} did not run in time: ${MISFIRES[misfire] ?? `misfire: ${misfire}`}.`;
}

function breakerInWords({ status, now }: Known): string | null {
  const open = status.breakers.find(({ state }) => state !== 'closed');
  if (open === undefined) return null;
  return `The circuit breaker "${printable(open.name)}" has been ${open.state.replace('_', ' ')} since ${timeAndDistance(open.since, now)}: the receiver fails, and nothing is sent until it recovers.`;
}

function changeInWords({ changes: [last], now }: Known): string | null {
  if (last === undefined) return null;
  const verb = last.action.replace(/^subscription\./, '');
  return `Last change by hand: ${verb} by ${printable(last.actor)}, ${timeAndDistance(last.at, now)}.`;
}
