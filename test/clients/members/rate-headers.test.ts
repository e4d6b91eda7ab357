// What a response says of the rate limit.
import { expect, it } from '@jest/globals';
import { waitOf } from '../../../src/clients/members/rate-headers.js';

const now = new Date('2026-03-01T00:00:00Z');

it.each([
  [{}, 0],
  [{ 'retry-after': '3' }, 3_000],
  [{ 'retry-after': 'Sun, 01 Mar 2026 00:01:00 GMT' }, 60_000],
  [{ 'retry-after': '999999' }, 3_600_000],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '2' }, 2_000],
  [{ 'ratelimit-remaining': '5', 'ratelimit-reset': '2' }, 0],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now.getTime() / 1_000 + 30) }, 30_000],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000000001' }, 0],
  [{ 'x-ratelimit-remaining': '0' }, 0],
  [{ 'ratelimit-remaining': 'none', 'ratelimit-reset': 'soon' }, 0],
  [{ 'retry-after': '1', 'ratelimit-remaining': '0', 'ratelimit-reset': '9' }, 1_000],
])('%j is a wait of %i ms', (headers, waitMs) => {
  expect(waitOf(headers, now)).toBe(waitMs);
});
