// Rate limits over all instances: every start draws from a token bucket in the database.
import type { Database } from '../../../db/database.js';
import { availableTokens, drawTokens, type TokenBucket } from '../../../db/queue/admin-queries/queues.js';
import type { RateLimit } from '../define/define-job.js';

const BURST_SHARE = 0.1;

/**
 * A bucket that enforces a limit strictly: its capacity plus the inflow during one window equals `max`, so no window of that length has
 * more starts, wherever it begins.
 */
export function bucketOf(name: string, { max, perMs }: RateLimit): TokenBucket {
  const burst = Math.max(1, Math.floor(max * BURST_SHARE));
  const flow = Math.max(max - burst, max === 1 ? 1 : 0);
  return { name, burst, perSecond: (flow * 1_000) / perMs };
}

export interface LimitedType {
  readonly type: string;
  readonly limit: RateLimit;
}

export interface RateLimiter {
  /** Draws up to `wanted` starts for a type. */
  draw(type: string, limit: RateLimit, wanted: number): Promise<number>;
  /** How many starts of each type are available now. Draws nothing; one round trip for all. */
  available(types: readonly LimitedType[]): Promise<Map<string, number>>;
  /** The maximum number of starts at once. */
  burst(limit: RateLimit): number;
  /** Milliseconds until a start is available again after a draw that was not fully granted. */
  pauseMs(limit: RateLimit): number;
}

export function createRateLimiter(db: Database): RateLimiter {
  return {
    draw: (type, limit, wanted) => drawTokens(db, bucketOf(`job:${type}`, limit), wanted),
    async available(types) {
      const found = await availableTokens(
        db,
        types.map(({ type, limit }) => bucketOf(`job:${type}`, limit)),
      );
      return new Map(types.map(({ type }, index) => [type, found[index] ?? 0]));
    },
    burst: (limit) => bucketOf('', limit).burst,
    pauseMs(limit) {
      const { burst, perSecond } = bucketOf('', limit);
      // half a bucket at a time: fewer round trips than token by token
      return Math.min(60_000, Math.max(5, Math.ceil((Math.max(1, burst / 2) / perSecond) * 1_000)));
    },
  };
}
