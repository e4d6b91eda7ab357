// Protects a receiver, and the scheduler from it: a breaker and an adaptive limit that work together.
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import { createAdaptiveLimit, type AdaptiveLimit } from './adaptive-limit.js';
import { createBreaker, type Breaker, type BreakerOptions, type BreakerStatus } from './breaker.js';

export interface ReceiverControlOptions extends Pick<BreakerOptions, 'sample' | 'probeAfterMs' | 'maxProbeAfterMs'> {
  readonly name: string;
  /** Calls at once to begin with. */
  readonly parallel: number;
  /** And at most. */
  readonly maxParallel: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly onBreakerChange?: (status: BreakerStatus) => void;
}

export interface ReceiverControl {
  /** For `DrainOptions.parallel`. */
  readonly limit: AdaptiveLimit;
  /** For `DrainOptions.gate`. */
  readonly breaker: Breaker;
}

/** When the breaker closes again, the limit restarts from one, so that an outage does not end in a burst of calls. */
export function createReceiverControl(options: ReceiverControlOptions): ReceiverControl {
  const { parallel, maxParallel, onBreakerChange, ...breakerOptions } = options;
  const limit = createAdaptiveLimit({ initial: parallel, max: Math.max(parallel, maxParallel) });
  let wasDown = false;
  const breaker = createBreaker({
    ...breakerOptions,
    onChange: (status) => {
      if (status.state === 'closed' && wasDown) limit.restart();
      wasDown = status.state !== 'closed';
      onBreakerChange?.(status);
    },
  });
  return { limit, breaker };
}
