import { describe, expect, it } from '@jest/globals';
import { parseRetryAfter } from '../../../src/clients/http/retry-after.js';
import { createRedact } from '../../../src/clients/http/redact.js';

const now = new Date('2026-03-08T07:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['Sun, 08 Mar 2026 07:01:30 GMT', 90_000],
    ['Sunday, 08-Mar-26 07:00:01 GMT', 1_000],
    ['Sun, 08 Mar 2026 06:00:00 GMT', 0],
    ['-5', null],
    ['1.5', null],
    ['2026', 2_026_000],
    ['soon', null],
    ['Noday, later', null],
    ['', null],
    [undefined, null],
    [['1', '2'], null],
  ])('%j → %j', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});

describe('createRedact', () => {
  it('takes every secret out, the longest first, with and without its scheme', () => {
    const redact = createRedact(['Bearer abcd-efgh', 'abcd', 'x']);
    expect(redact('got Bearer abcd-efgh and abcd-efgh and abcd, x')).toBe(
      'got Bearer [redacted] and [redacted] and [redacted], x',
    );
  });
});
