// Rate limits over all instances: a claim only reads how many starts are available, and each start draws a token, simultaneous ones
// together. So claimed jobs do not start in a burst, and jobs that are not started take no token.
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { JobRegistry, RateLimit } from '../define/define-job.js';
import type { LimitedType, RateLimiter } from './rate-limiter.js';

export interface StartTokens {
  /**
   * How many jobs of these types may be claimed: the available starts, minus claimed jobs that are waiting for their start. No entry: no
   * limit. One round trip, or none if no type has a limit or all have plenty left.
   */
  available(types: ReadonlySet<string>): Promise<ReadonlyMap<string, number>>;
  /** The change in the number of claimed jobs of a type that are waiting for their start. */
  expect(type: string, count: number): void;
  isLimited(type: string): boolean;
  /** Whether one job of a type may start; a claimed job that was waiting is no longer counted. */
  draw(type: string): Promise<boolean>;
  /** Its limit was reached a moment ago. */
  isClosed(type: string): boolean;
  /** Milliseconds until the first type that is closed opens; null: none is closed. */
  readonly opensInMs: number | null;
}

export interface StartTokensDeps {
  readonly registry: JobRegistry;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A limit was reached: starts are available again after this number of milliseconds. */
  readonly onPause: (pauseMs: number) => void;
}

type Wish = (granted: boolean) => void;

/** What a limit had left when it was last read, minus what this process has drawn since. */
interface Look {
  tokens: number;
  readonly atMs: number;
}

/** A reading is reused for this long while at least half of a bucket, and more than a few starts, are left. Each start is still drawn. */
const LOOK_LASTS_MS = 100;
const AMPLE = 20;

export function createStartTokens({ registry, limiter, clock, logger, onPause }: StartTokensDeps): StartTokens {
  const expected = new Map<string, number>();
  const closedUntil = new Map<string, number>();
  const wishes = new Map<string, Wish[]>();
  const looks = new Map<string, Look>();

  const limitOf = (type: string): RateLimit | undefined => registry.get(type)?.rateLimit;
  const isClosed = (type: string): boolean => (closedUntil.get(type) ?? -Infinity) > clock.monotonicMs();

  const close = (type: string, limit: RateLimit): void => {
    const pauseMs = limiter.pauseMs(limit);
    closedUntil.set(type, clock.monotonicMs() + pauseMs);
    onPause(pauseMs);
  };

  const expect = (type: string, count: number): void => {
    if (limitOf(type) !== undefined) expected.set(type, Math.max(0, (expected.get(type) ?? 0) + count));
  };

  const isAmple = ({ type, limit }: LimitedType): boolean => {
    const look = looks.get(type);
    if (look === undefined || clock.monotonicMs() - look.atMs > LOOK_LASTS_MS) return false;
    return look.tokens - (expected.get(type) ?? 0) >= Math.max(AMPLE, limiter.burst(limit) / 2);
  };

  const lookAt = async (limited: readonly LimitedType[]): Promise<void> => {
    if (limited.length === 0) return;
    const found = await limiter.available(limited);
    const atMs = clock.monotonicMs();
    for (const { type } of limited) looks.set(type, { tokens: found.get(type) ?? 0, atMs });
  };

  /** No response counts as a refusal: the job is released and tried again. */
  const grant = async (type: string, limit: RateLimit, wanted: number): Promise<number> => {
    try {
      return await limiter.draw(type, limit, wanted);
    } catch (error) {
      logger.warn('rate limit tokens could not be drawn, the jobs wait', { type, error: toError(error) });
      return 0;
    }
  };

  /** Serves all accumulated requests, until there are none. */
  const serve = async (type: string, limit: RateLimit, list: Wish[]): Promise<void> => {
    while (list.length > 0) {
      const served = list.splice(0);
      const granted = await grant(type, limit, served.length);
      const look = looks.get(type);
      if (look !== undefined) look.tokens -= granted;
      if (granted < served.length) close(type, limit);
      served.forEach((wish, place) => wish(place < granted));
    }
    wishes.delete(type);
  };

  return {
    async available(types) {
      const limited = [...types].flatMap((type) => {
        const limit = limitOf(type);
        return limit === undefined || isClosed(type) ? [] : [{ type, limit }];
      });
      await lookAt(limited.filter((one) => !isAmple(one)));
      const tokens = new Map<string, number>();
      for (const { type, limit } of limited) {
        const free = Math.max(0, (looks.get(type)?.tokens ?? 0) - (expected.get(type) ?? 0));
        tokens.set(type, free);
        if (free === 0) close(type, limit);
      }
      return tokens;
    },
    expect,
    isLimited: (type) => limitOf(type) !== undefined,
    draw(type) {
      expect(type, -1);
      const limit = limitOf(type);
      if (limit === undefined) return Promise.resolve(true);
      return new Promise((resolve) => {
        const list = wishes.get(type);
        if (list !== undefined) return void list.push(resolve);
        const first = [resolve];
        wishes.set(type, first);
        // all starts of this turn of the event loop are drawn together
        queueMicrotask(() => void serve(type, limit, first));
      });
    },
    isClosed,
    get opensInMs() {
      const nowMs = clock.monotonicMs();
      const left = [...closedUntil.values()].map((untilMs) => untilMs - nowMs).filter((ms) => ms > 0);
      return left.length === 0 ? null : Math.min(...left);
    },
  };
}
