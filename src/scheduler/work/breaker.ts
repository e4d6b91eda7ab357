// A circuit breaker for a receiver, based on cockatiel: while it is open nothing is claimed, then one probe at a time.
import { CircuitState, circuitBreaker, CountBreaker, handleWhenResult, type IBackoff } from 'cockatiel';
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import type { ClaimGate } from './drain-options.js';
import type { ReceiverHealth } from '../contracts/outcome.js';
import { retryDelayMs } from './retry-policy.js';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerStatus {
  readonly name: string;
  readonly state: BreakerState;
  readonly changedAt: Date;
  /** How often it has opened in this process. */
  readonly openings: number;
  /** Milliseconds until a probe may be sent; null unless it is open. */
  readonly probeInMs: number | null;
}

export interface BreakerOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  /** It opens when more than half of this number of latest responses were failures. Default 20. */
  readonly sample?: number;
  /** The first wait before a probe; doubles with each probe that fails. Default 1 s. */
  readonly probeAfterMs?: number;
  /** Maximum wait, so that a recovery is noticed soon. Default 30 s. */
  readonly maxProbeAfterMs?: number;
  /** Called for each change, in order. */
  readonly onChange?: (status: BreakerStatus) => void;
}

export interface Breaker extends ClaimGate {
  readonly state: BreakerState;
  status(): BreakerStatus;
}

const NAMES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
};

const isBad = (health: unknown): boolean => health === 'broken' || health === 'overloaded';

export function createBreaker(options: BreakerOptions): Breaker {
  const { name, clock, random, sample = 20, probeAfterMs = 1_000, maxProbeAfterMs = 30_000, onChange } = options;
  const counter = new CountBreaker({ threshold: 0.5, size: sample, minimumNumberOfCalls: Math.ceil(sample / 2) });
  let probeAt = 0;
  let openings = 0;
  let changedAt = clock.now();
  /** Ends the current probe with its result. */
  let endProbe: ((health: ReceiverHealth) => void) | undefined;
  let probeOut = false;

  /**
   * We measure the time ourselves, so that another clock can be used: cockatiel may probe as soon as it is asked, whatever the system clock
   * says.
   */
  const waitFrom = (attempt: number): IBackoff<unknown> => {
    probeAt = clock.monotonicMs() + retryDelayMs({ attempt, baseMs: probeAfterMs, maxMs: maxProbeAfterMs, random });
    return { duration: -Infinity, next: () => waitFrom(attempt + 1) };
  };

  const policy = circuitBreaker(handleWhenResult(isBad), {
    breaker: counter,
    halfOpenAfter: { next: () => waitFrom(1) },
  });

  const status = (): BreakerStatus => ({
    name,
    state: NAMES[policy.state],
    changedAt,
    openings,
    probeInMs: policy.state === CircuitState.Open ? Math.max(0, Math.ceil(probeAt - clock.monotonicMs())) : null,
  });

  policy.onStateChange((state) => {
    changedAt = clock.now();
    if (state === CircuitState.Open) openings += 1;
    onChange?.(status());
  });

  const mayProbe = (): boolean => policy.state === CircuitState.Open && clock.monotonicMs() >= probeAt;

  const beginProbe = (): void => {
    const found = new Promise<ReceiverHealth>((resolve) => (endProbe = resolve));
    void policy.execute(() => found).catch(() => {});
  };

  const allowance = (wanted: number): number => {
    if (policy.state === CircuitState.Closed) return wanted;
    if (mayProbe()) beginProbe();
    if (policy.state !== CircuitState.HalfOpen || probeOut) return 0;
    probeOut = true;
    return Math.min(1, wanted);
  };

  const report = (health: ReceiverHealth): void => {
    probeOut = false;
    if (health === 'unknown') return;
    if (policy.state === CircuitState.HalfOpen) endProbe?.(health);
    if (policy.state !== CircuitState.Closed) return;
    if (isBad(health)) void policy.execute(() => health).catch(() => {});
    else counter.success(CircuitState.Closed);
  };

  return {
    get state() {
      return NAMES[policy.state];
    },
    status,
    allowsClaims: () => policy.state !== CircuitState.Open || mayProbe(),
    allowance,
    report,
  };
}
