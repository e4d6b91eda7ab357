// Prefixes as ranges: each value that begins with the text is in one of them, and no other.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prefixKindOf, prefixRanges } from '../../../src/db/search/prefix.js';

describe('ranges', () => {
  it('of whole numbers hold what begins with the digits', () => {
    const begins = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(begins, fc.bigInt({ min: 1n, max: 10_000n }), (value, prefix) => {
        const { from, to } = prefixRanges('integer', `${prefix}`) ?? { from: [], to: [] };
        const isIn = from.some((low, n) => BigInt(low) <= value && value <= BigInt(to[n] ?? 0));
        return isIn === `${value}`.startsWith(`${prefix}`);
      }),
    );
    expect(prefixRanges('integer', '9223372036854775807')).toEqual({
      from: ['9223372036854775807'],
      to: ['9223372036854775807'],
    });
  });

  it('of UUIDs hold what begins with the digits', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.integer({ min: 1, max: 36 }), (value, other, length) => {
        for (const prefix of [value.slice(0, length), other.slice(0, length)]) {
          const range = prefixRanges('uuid', prefix.toUpperCase());
          const digits = value.replaceAll('-', '');
          const isIn =
            range !== null && `${range.from[0]}`.toLowerCase() <= digits && digits <= `${range.to[0]}`.toLowerCase();
          expect(isIn).toBe(value.startsWith(prefix));
        }
      }),
    );
  });

  it.each([
    ['uuid', 'x'],
    ['uuid', '12345678a'],
    ['uuid', '1234-'],
    ['integer', '0'],
    ['integer', '1a'],
    ['integer', '9999999999999999999'],
  ] as const)('of %s are none for %s', (kind, text) => {
    expect(prefixRanges(kind, text)).toBeNull();
  });
});

it('other types are compared as a whole', () => {
  expect(['character varying', 'bigint', 'uuid', 'citext'].map(prefixKindOf)).toEqual([
    'text',
    'integer',
    'uuid',
    null,
  ]);
});
