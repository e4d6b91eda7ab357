// What a response says about the rate limit: how long the key must not be used. Pure.
import { parseRetryAfter } from '../http/retry-after.js';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const LONGEST_MS = 3_600_000;
/** A reset beyond this many seconds is a Unix time, as several APIs send it in `X-RateLimit-Reset`. */
const UNIX_TIME_S = 1_000_000_000;

const numberOf = (headers: Headers, ...names: string[]): number | null => {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  }
  return null;
};

/**
 * Milliseconds to wait before the next request with this key; 0: none. `Retry-After` (RFC 9110) counts where it is given; else the
 * reset of a limit of which nothing remains (`RateLimit-*` as in draft-ietf-httpapi-ratelimit-headers-07, `X-RateLimit-*`).
 */
export function waitOf(headers: Headers, now: Date): number {
  const after = parseRetryAfter(headers['retry-after'], now);
  if (after !== null) return Math.min(after, LONGEST_MS);
  const remaining = numberOf(headers, 'ratelimit-remaining', 'x-ratelimit-remaining');
  const reset = numberOf(headers, 'ratelimit-reset', 'x-ratelimit-reset');
  if (remaining !== 0 || reset === null) return 0;
  const waitMs = reset > UNIX_TIME_S ? reset * 1_000 - now.getTime() : reset * 1_000;
  return Math.min(Math.max(0, waitMs), LONGEST_MS);
}
