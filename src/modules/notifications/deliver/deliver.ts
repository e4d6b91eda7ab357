// One attempt to deliver a notification, from loading its row to writing the outcome:
//
//   load ─▶ still wanted? ─▶ compose ─▶ a place at the gate ─▶ transports ─▶ write ─▶ the job's verdict
//              │ no: cancelled or delayed         │ none open: put off            sent · retry · buried
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import type { OutgoingMessage } from '../../../clients/mail/transport.js';
import { bury, cancel, retry, snooze, type HandlerVerdict, type JobContext } from '../../../scheduler/public.js';
import type { LoadedNotification } from '../db/load-notifications.js';
import type { AttemptRow } from '../db/write-attempts.js';
import { composeMessage, Unsendable, type ComposeDeps } from './compose-message.js';
import type { Gate } from './gate.js';
import type { DecideSending } from './sending-decision.js';
import type { Sending, TransportChain } from './transports.js';

export interface DeliverDeps extends ComposeDeps {
  readonly clock: Clock;
  readonly load: (id: string) => Promise<LoadedNotification | undefined>;
  readonly write: (attempt: AttemptRow) => Promise<unknown>;
  readonly decide: DecideSending;
}

export type Deliver = (ctx: JobContext) => Promise<HandlerVerdict | { readonly message_id: string | null }>;

/** A breaker says when to retry; a minimum prevents the queue from doing nothing else. */
const SHORTEST_PAUSE_MS = 250;

export const createDeliver =
  (deps: DeliverDeps, chain: TransportChain, gate: Gate): Deliver =>
  async (ctx) => {
    const notification = await deps.load(ctx.jobId);
    if (notification === undefined) return bury('there is no notification of this id');
    // it was sent by a process that died before the end of the job was written
    if (notification.status === 'sent') return { message_id: notification.message_id };
    if (notification.status === 'cancelled') return cancel('the notification was cancelled');
    const stopped = await stopOrDelay(deps, notification, ctx);
    if (stopped !== null) return stopped;
    let message: OutgoingMessage;
    try {
      message = await composeMessage(notification, ctx, deps);
    } catch (thrown) {
      return cannotBeComposed(deps, notification, ctx, thrown);
    }
    const startedMs = deps.clock.monotonicMs();
    const sending = await gate.run(() => chain.send(message, ctx.signal));
    if (sending === null) return snooze(Math.max(chain.pausedMs, SHORTEST_PAUSE_MS));
    return settle(deps, { message, sending, ctx, durationMs: Math.round(deps.clock.monotonicMs() - startedMs) });
  };

/** Checks the recipient's preferences and the suppression list. Null: it may be sent now. */
async function stopOrDelay(
  deps: DeliverDeps,
  row: LoadedNotification,
  ctx: JobContext,
): Promise<HandlerVerdict | null> {
  const now = deps.clock.now();
  const decision = decisionOf(deps, row, now);
  if (decision.kind === 'send') return null;
  const { reason } = decision;
  const about = { id: row.id, attempt: ctx.attempt - 1, error: reason };
  if (decision.kind === 'cancel') {
    await deps.write({ ...about, status: 'cancelled', log_status: 'cancelled' });
    return cancel(reason);
  }
  await deps.write({ ...about, status: 'pending', log_status: 'delayed', scheduled_for: decision.until.toISOString() });
  return snooze(Math.max(decision.until.getTime() - now.getTime(), SHORTEST_PAUSE_MS));
}

function decisionOf({ decide }: DeliverDeps, row: LoadedNotification, now: Date): ReturnType<DecideSending> {
  if (row.recipient_id !== null && row.recipient === null)
    return { kind: 'cancel', reason: 'the recipient does not exist' };
  if (row.suppressed !== null) return { kind: 'cancel', reason: `suppressed: ${row.suppressed}` };
  return decide(row, now);
}

async function cannotBeComposed(
  { write }: DeliverDeps,
  { id }: LoadedNotification,
  ctx: JobContext,
  thrown: unknown,
): Promise<HandlerVerdict> {
  const error = toError(thrown).message;
  const final = thrown instanceof Unsendable || ctx.attempt >= ctx.maxAttempts;
  await write({
    id,
    attempt: ctx.attempt,
    error,
    status: final ? 'failed' : 'pending',
    log_status: final ? 'failed' : 'deferred',
  });
  return final ? bury(error) : retry({ reason: error });
}

interface Settlement {
  readonly message: OutgoingMessage;
  readonly sending: Sending;
  readonly ctx: JobContext;
  readonly durationMs: number;
}

async function settle(
  { write }: DeliverDeps,
  { message, sending, ctx, durationMs }: Settlement,
): Promise<Awaited<ReturnType<Deliver>>> {
  const { transport, outcome } = sending;
  const { kind, code, response, error } = outcome;
  const isLast = ctx.attempt >= ctx.maxAttempts;
  const accepted = kind === 'accepted';
  const final = kind === 'refused' || isLast;
  await write({
    ...{
      id: message.id,
      attempt: ctx.attempt,
      transport,
      response_code: code,
      response,
      error,
      duration_ms: durationMs,
    },
    ...{ message_id: message.messageId, to_address: message.to.address, suppress: outcome.unknownAddress },
    status: accepted ? 'sent' : final ? 'failed' : 'pending',
    log_status: accepted ? 'sent' : kind === 'unknown' ? 'unknown' : final ? 'failed' : 'deferred',
  });
  if (accepted) return { message_id: message.messageId };
  const reason = response ?? error ?? 'no response';
  if (kind === 'unknown')
    ctx.log.warn('the server may have accepted it; the next attempt has the same Message-ID', { error });
  if (kind === 'refused') return bury(reason);
  return retry({ reason, ...(outcome.retryAfterMs === null ? {} : { delayMs: outcome.retryAfterMs }) });
}
