// The table of legal moves, and what the claims' SQL makes of it.
import { expect, it } from '@jest/globals';
import { STATUSES } from '../../../../src/db/subscriptions/adoption/expected-columns.js';
import { CLAIMABLE } from '../../../../src/db/subscriptions/claim/claim-statement.js';
import { CLAIMABLE_STATUSES, mayMove, STATUS_MOVES } from '../../../../src/subscriptions/api/change/status-moves.js';

it('knows every status that we write, and only moves between those', () => {
  expect(Object.keys(STATUS_MOVES).sort()).toEqual([...STATUSES].sort());
  for (const targets of Object.values(STATUS_MOVES)) expect(STATUSES).toEqual(expect.arrayContaining([...targets]));
});

it('is what the claims say', () => {
  const inSql = [...CLAIMABLE.matchAll(/'(\w+)'/g)].map(([, status]) => status);
  expect([...CLAIMABLE_STATUSES].sort()).toEqual(inSql.sort());
});

it('lets nothing end that was not begun', () => {
  for (const from of ['pending', 'completed', 'failed'] as const) {
    expect(mayMove(from, 'processing')).toBe(true);
    expect(mayMove(from, 'suspended')).toBe(false);
  }
});
