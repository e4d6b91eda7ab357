// Transports deliver messages to external servers. An outcome is a value: a transport does not reject.
import type { Logger } from '../../base/logger.js';
import type { DeliveryMethod } from '../notifier.js';

/** A message to be sent; for `sms` and `whatsapp` only `to`, `text` and the ids are used. */
export interface OutgoingMessage {
  /** Of the notification. */
  readonly id: string;
  /** With its angle brackets for a mail. The same on every attempt. */
  readonly messageId: string;
  readonly from: MailAddress;
  readonly replyTo?: MailAddress;
  readonly to: MailAddress;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Both or neither: the URL of one-click unsubscribing (RFC 8058). */
  readonly unsubscribeUrl?: string;
}

export interface MailAddress {
  readonly address: string;
  readonly name?: string;
}

/**
 * - `accepted`: the server has accepted the message.
 * - `refused`: it will never accept it. `unknownAddress`: because there is no such address.
 * - `deferred`: not now. It is certain that the server did not accept the message.
 * - `unknown`: the connection was lost when the server may have accepted it already.
 */
export interface TransportOutcome {
  readonly kind: 'accepted' | 'refused' | 'deferred' | 'unknown';
  /** The server's reply code. */
  readonly code: number | null;
  /** The server's own words, at most 500 characters. */
  readonly response: string | null;
  /** What went wrong, in our words. */
  readonly error: string | null;
  readonly unknownAddress: boolean;
  /** The failure is due to the server rather than the message: the circuit breaker counts it. */
  readonly serverTrouble: boolean;
  /** The wait that the server requested. */
  readonly retryAfterMs: number | null;
}

/** What a transport is told by the module that uses it. */
export interface TransportSettings {
  /** Messages at once, at most. */
  readonly concurrency: number;
  readonly logger: Logger;
}

export interface Transport {
  /** For logs and health; unique among the transports of a method. Never holds a secret. */
  readonly name: string;
  readonly method: DeliveryMethod;
  /** Called once before the first message. May throw: the start fails with it. */
  open?(settings: TransportSettings): void | Promise<void>;
  /** Resolves in bounded time, also when the signal aborts. Never rejects. */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<TransportOutcome>;
  /** Ends its connections. */
  close(): Promise<void>;
}
