// Decides what an attempt means for its occurrence: over, retried, or released. Pure.
import { toError } from '../../base/errors.js';
import { storableText } from '../../base/to-json.js';
import type { ClaimedRow } from '../../db/subscriptions/claim/claimed-row.js';
import type { SettledOccurrence } from '../../db/subscriptions/settle/settle.js';
import type { Random } from '../../base/random.js';
import type { ReceiverHealth } from '../../scheduler/contracts/outcome.js';
import { retryDelayMs } from '../../scheduler/work/retry-policy.js';
import type { Attempt } from '../../clients/subscription-worker/attempt.js';
import type { ClaimedSubscription, SubscriptionOutcome } from './claimed-subscription.js';

export interface OutcomePolicy {
  readonly maxAttempts: number;
  readonly retryBaseMs: number;
  /** A subscription is suspended after this number of dead occurrences in a row; 0: never. */
  readonly suspendAfter: number;
}

export interface DecideContext extends OutcomePolicy {
  /** The database's time, as far as known: the start of the wait for a retry. */
  readonly nowMs: number;
  readonly runId: string | null;
  readonly random: Random;
  /** The host's own function: its errors say nothing about a receiver, and must not stop others. */
  readonly inProcess: boolean;
}

const HEALTH: Readonly<Record<Attempt['kind'], ReceiverHealth>> = {
  ok: 'healthy',
  rejected: 'healthy',
  misconfigured: 'unknown',
  overloaded: 'overloaded',
  broken: 'broken',
  aborted: 'unknown',
};

const MAX_ERROR = 500;

export function decideOutcome(
  item: ClaimedSubscription,
  attempt: Attempt,
  context: DecideContext,
): SubscriptionOutcome {
  const receiver: ReceiverHealth = context.inProcess && attempt.kind === 'broken' ? 'unknown' : HEALTH[attempt.kind];
  const { durationMs } = attempt;
  switch (attempt.kind) {
    case 'ok':
      return { receiver, durationMs, kind: 'completed', settled: completed(item, attempt, context) };
    case 'aborted':
      return { receiver, durationMs, kind: 'released', settled: null };
    case 'misconfigured':
      return { receiver, durationMs, kind: 'released', fatal: true, error: attempt.error, settled: null };
    default:
      return { receiver, durationMs, kind: 'failed', error: attempt.error, settled: failed(item, attempt, context) };
  }
}

type FailedAttempt = Extract<Attempt, { kind: 'rejected' | 'overloaded' | 'broken' }>;

function base(item: ClaimedSubscription, attempt: { durationMs: number; status: number | null }, runId: string | null) {
  return {
    subscriptionId: item.id,
    claimToken: item.claimToken,
    nextAtMs: item.next?.effectiveMs ?? null,
    nextForMs: item.next?.nominalMs ?? null,
    retryDelayMs: null,
    scheduledForMs: item.scheduledForMs,
    attempts: item.row.attempt,
    durationMs: Math.round(attempt.durationMs),
    responseStatus: attempt.status === 0 ? null : attempt.status,
    runId,
  };
}

/** By far the most common, so it is one literal: spreading `base` costs several times as much. */
function completed(
  item: ClaimedSubscription,
  { durationMs, status }: Extract<Attempt, { kind: 'ok' }>,
  { runId }: DecideContext,
): SettledOccurrence {
  const { next } = item;
  return {
    subscriptionId: item.id,
    claimToken: item.claimToken,
    nextAtMs: next === null ? null : next.effectiveMs,
    nextForMs: next === null ? null : next.nominalMs,
    retryDelayMs: null,
    scheduledForMs: item.scheduledForMs,
    attempts: item.row.attempt,
    durationMs: Math.round(durationMs),
    responseStatus: status === 0 ? null : status,
    runId,
    status: 'completed',
    final: true,
    outcome: 'completed',
    consecutiveFailures: 0,
    error: null,
  };
}

function failed(item: ClaimedSubscription, attempt: FailedAttempt, context: DecideContext): SettledOccurrence {
  const delay = retryDelay(item, attempt, context);
  const failures = item.row.consecutiveFailures;
  const common = {
    ...base(item, attempt, context.runId),
    error: storableText(`${attempt.error.code}: ${attempt.error.message}`, MAX_ERROR),
  };
  if (delay !== null) {
    return {
      ...common,
      status: 'failed',
      final: false,
      outcome: null,
      retryDelayMs: delay,
      consecutiveFailures: failures,
    };
  }
  const suspended = context.suspendAfter > 0 && failures + 1 >= context.suspendAfter;
  // `failed` without a next run would be due at once: if the schedule has ended, the row is `completed`, and the ledger has the outcome
  const status = suspended ? 'suspended' : hasNext(item) ? 'failed' : 'completed';
  return { ...common, status, final: true, outcome: 'dead', consecutiveFailures: failures + 1 };
}

const hasNext = ({ row, next }: ClaimedSubscription): boolean =>
  row.resumeAtMs === null ? next !== null : row.resumeAtMs !== Infinity;

/** Null: no further attempt. A retry that would be later than the next occurrence is not made. */
function retryDelay(item: ClaimedSubscription, attempt: FailedAttempt, context: DecideContext): number | null {
  if (attempt.kind === 'rejected' || item.row.attempt >= context.maxAttempts) return null;
  const delay = retryDelayMs({
    attempt: item.row.attempt,
    baseMs: context.retryBaseMs,
    random: context.random,
    retryAfterMs: attempt.retryAfterMs,
  });
  const nextMs = item.row.resumeAtMs ?? item.next?.effectiveMs ?? Infinity;
  return context.nowMs + delay < nextMs ? delay : null;
}

/** A row whose schedule could not be evaluated is checked again after this time. */
const PUT_OFF_MS = 3_600_000;

/** Nothing was attempted: the row keeps its occurrence and shows the error. */
export function putOffOutcome(row: ClaimedRow, error: unknown, runId: string | null): SettledOccurrence {
  return {
    subscriptionId: row.subscriptionId,
    claimToken: row.claimToken,
    status: 'failed',
    final: false,
    nextAtMs: null,
    nextForMs: null,
    retryDelayMs: PUT_OFF_MS,
    consecutiveFailures: row.consecutiveFailures,
    scheduledForMs: row.scheduledForMs,
    outcome: null,
    attempts: row.attempt,
    durationMs: 0,
    error: storableText(`INVALID_SCHEDULE: ${toError(error).message}`, MAX_ERROR),
    responseStatus: null,
    runId,
  };
}
