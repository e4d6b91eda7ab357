// The transports of one delivery method, in order, each with its own circuit breaker. The next one is used only if it is certain that the
// previous ones did not accept the message.
import type { Clock } from '../../../base/clock.js';
import type { Logger } from '../../../base/logger.js';
import type { Random } from '../../../base/random.js';
import { outcome } from '../../../clients/mail/outcomes.js';
import type { OutgoingMessage, Transport, TransportOutcome } from '../../../clients/mail/transport.js';
import type { DeliveryMethod } from '../../../clients/notifier.js';
import { createBreaker, type Breaker, type BreakerStatus } from '../../../scheduler/public.js';

export interface TransportState extends BreakerStatus {
  readonly method: DeliveryMethod;
}

/** The outcome of sending, and the transport. */
export interface Sending {
  readonly transport: string | null;
  readonly outcome: TransportOutcome;
}

export interface TransportChain {
  readonly method: DeliveryMethod;
  /** Null: all breakers are open; nothing was attempted. */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<Sending | null>;
  /** `closed`: send normally. `probing`: one at a time. `open`: nothing is sent. */
  readonly state: 'closed' | 'probing' | 'open';
  /** Milliseconds until the next probe; 0 unless it is open. */
  readonly pausedMs: number;
  states(): readonly TransportState[];
  open(concurrency: number): Promise<void>;
  close(): Promise<void>;
}

export interface ChainDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

interface Link {
  readonly transport: Transport;
  readonly breaker: Breaker;
}

export function createTransportChain(
  method: DeliveryMethod,
  transports: readonly Transport[],
  { clock, random, logger }: ChainDeps,
): TransportChain {
  const links = transports.map((transport): Link => {
    const onChange = ({ name, state }: BreakerStatus): void =>
      logger[state === 'open' ? 'warn' : 'info']('the breaker of a transport has changed', {
        transport: name,
        method,
        state,
      });
    return { transport, breaker: createBreaker({ name: transport.name, clock, random, onChange }) };
  });

  const through = async (
    { transport, breaker }: Link,
    message: OutgoingMessage,
    signal: AbortSignal,
  ): Promise<Sending> => {
    const result = await transport.send(message, signal).catch(rejected);
    breaker.report(result.serverTrouble ? 'broken' : signal.aborted ? 'unknown' : 'healthy');
    return { transport: transport.name, outcome: result };
  };

  return {
    method,
    async send(message, signal) {
      let last: Sending | null = null;
      for (const link of links) {
        if (link.breaker.allowance(1) === 0) continue;
        last = await through(link, message, signal);
        if (last.outcome.kind !== 'deferred' || signal.aborted) return last;
      }
      return last;
    },
    get state() {
      if (links.some(({ breaker }) => breaker.state === 'closed')) return 'closed';
      return links.some(({ breaker }) => breaker.allowsClaims()) ? 'probing' : 'open';
    },
    get pausedMs() {
      if (links.some(({ breaker }) => breaker.allowsClaims())) return 0;
      return Math.min(...links.map(({ breaker }) => breaker.status().probeInMs ?? 0));
    },
    states: () => links.map(({ breaker }) => ({ ...breaker.status(), method })),
    async open(concurrency) {
      for (const { transport } of links) await transport.open?.({ concurrency, logger });
    },
    async close() {
      await Promise.all(links.map(({ transport }) => transport.close()));
    },
  };
}

/** A transport of the host that rejects: the message may have been accepted. */
const rejected = (thrown: unknown): TransportOutcome =>
  outcome('unknown', { error: `the transport failed: ${String(thrown)}`, serverTrouble: true });
