// Why a subscription runs when it does, or does not run: sentences from its state and its ledger. Pure.
import type { Schemas } from '../../api/client.js';
import type { Reason } from '../../components/reasons.js';
import { count, duration, relativeTime, shortTime } from '../../time/format.js';
import { isPausedForEver, type Subscription } from './state.js';

type Entry = Schemas['LedgerEntry'];

interface Asked {
  readonly subscription: Subscription;
  readonly ledger: readonly Entry[];
  readonly zone: string;
  readonly present: number;
  /** The main process, if it is known. */
  readonly process?: Schemas['Process'] | undefined;
}

const ON_TIME_MS = 60_000;

function hindrances({ subscription, zone, present, process }: Asked): Reason[] {
  const { active, paused_until: until, status, consecutive_failures: dead } = subscription;
  const reasons: Reason[] = [];
  if (process && !process.enabled) {
    reasons.push({
      tone: 'bad',
      text: 'Nothing runs for anybody: the process subscriptions is disabled.',
      hint: 'Enable it on the page Processes.',
    });
  } else if (process?.paused_until) {
    reasons.push({
      tone: 'bad',
      text: `Nothing runs for anybody: the process subscriptions is paused until ${shortTime(process.paused_until, zone, present)}.`,
      hint: 'Resume it on the page Processes.',
    });
  }
  if (!active)
    reasons.push({
      tone: 'off',
      text: 'It is not active: your application has switched it off.',
      hint: 'Only active subscriptions run.',
    });
  if (until !== null && (isPausedForEver(subscription) || Date.parse(until) > present)) {
    reasons.push({
      tone: 'off',
      text: isPausedForEver(subscription)
        ? 'It is paused until somebody resumes it.'
        : `It is paused until ${shortTime(until, zone, present)}.`,
      hint: 'The audit log says who paused it.',
    });
  }
  if (status === 'suspended') {
    reasons.push({
      tone: 'bad',
      text: `It is suspended: ${count(dead, 'occurrence')} in a row failed all attempts.`,
      hint: 'Find out why they failed, then resume it.',
    });
  }
  return reasons;
}

/** An attempt that failed, when another one will follow. */
function failedAttempt({ subscription, zone, present }: Asked): Reason[] {
  const { next_run_at: next, status, attempt, error, active } = subscription;
  if (status !== 'failed' || next === null || !active) return [];
  const text = `Attempt ${attempt} failed${error ? `: ${error}` : ''}. The next attempt is due ${relativeTime(next, present)}, at ${shortTime(next, zone, present)}.`;
  return [{ tone: 'warn', text }];
}

function upcoming(asked: Asked): Reason[] {
  const { subscription, zone, present } = asked;
  const { next_run_at: next, status } = subscription;
  if (status === 'processing') return [{ tone: 'waiting', text: 'It is running at this moment.' }];
  const failed = failedAttempt(asked);
  if (failed.length > 0) return failed;
  if (next === null && status !== 'pending')
    return [{ tone: 'off', text: 'Its schedule has ended: no occurrence is left.' }];
  if (next === null) return [{ tone: 'waiting', text: 'It has not been planned yet: it is due at once.' }];
  const late = Date.parse(next) <= present;
  return [
    late
      ? { tone: 'warn', text: `It is due since ${shortTime(next, zone, present)}, and waits for its turn.` }
      : {
          tone: 'waiting',
          text: `It runs next ${relativeTime(next, present)}, at ${shortTime(next, zone, present)} (${zone}).`,
        },
  ];
}

const gap = ({ count: n }: Entry): string => count(n, 'occurrence');

function lastInWords(entry: Entry, zone: string, present: number): Reason {
  const at = shortTime(entry.scheduled_for, zone, present);
  const lateMs = Date.parse(entry.started_at ?? entry.finished_at) - Date.parse(entry.scheduled_for);
  const lateness = lateMs > ON_TIME_MS ? `, ${duration(lateMs)} late` : ', on time';
  const error = entry.error ? `: ${entry.error}` : '';
  switch (entry.outcome) {
    case 'completed':
      return {
        tone: entry.attempts > 1 || lateMs > ON_TIME_MS ? 'warn' : 'good',
        text: `The occurrence of ${at} ran${lateness}${entry.attempts > 1 ? `, at attempt ${entry.attempts}` : ''}, and completed${
          entry.duration_ms === null ? '' : ` in ${duration(entry.duration_ms)}`
        }.`,
      };
    case 'dead':
      return {
        tone: 'bad',
        text: `The occurrence of ${at} failed all ${entry.attempts} attempts${error}.`,
        hint: 'Run it now, or retry what died.',
      };
    case 'skipped':
      return {
        tone: 'off',
        text: `Misfire policy skip: ${gap(entry)} from ${at} on did not run, because nothing ran at that time.`,
      };
    case 'coalesced':
      return {
        tone: 'off',
        text: `Misfire policy: ${gap(entry)} from ${at} on were missed while nothing ran, and made up for by one late run.`,
      };
  }
}

const RECENT = 3;

/** What hinders it, what comes next, and what came of the last occurrences. */
export function reasonsOf(asked: Asked): readonly Reason[] {
  const { ledger, zone, present } = asked;
  const hindered = hindrances(asked);
  return [
    ...hindered,
    ...(hindered.length > 0 ? failedAttempt(asked) : upcoming(asked)),
    ...ledger.slice(0, RECENT).map((entry) => lastInWords(entry, zone, present)),
  ];
}
