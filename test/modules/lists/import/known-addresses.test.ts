// The memory of an import's addresses never calls a stored one new, and seldom a new one stored.
import { describe, expect, it } from '@jest/globals';
import { createKnownAddresses, NOTHING_CERTAIN } from '../../../../src/modules/lists/import/known-addresses.js';

const addresses = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `member.${from + index}@example.org`);

describe('known addresses', () => {
  it('are recognised, each of them, however many came since', () => {
    const known = createKnownAddresses();
    const given = addresses(0, 50_000);
    given.forEach((address) => known.mayHave(address));
    expect(given.filter((address) => !known.mayHave(address))).toEqual([]);
  });

  it('are seldom taken for known when they are new', () => {
    const known = createKnownAddresses();
    const mistaken = addresses(0, 100_000).filter((address) => known.mayHave(address));
    expect(mistaken.length).toBeLessThan(1_000);
  });

  it('of a list that others have written to are never certainly new', () => {
    expect(NOTHING_CERTAIN.mayHave('somebody@example.org')).toBe(true);
  });
});
