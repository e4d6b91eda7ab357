// Which sorts are done, how, and which are refused with what would help.
import { expect, it } from '@jest/globals';
import { decideSort, possibleSorts } from '../../../../src/subscriptions/api/read/decide-sort.js';
import type { SubscriptionQuery, SubscriptionSort } from '../../../../src/subscriptions/api/subscriptions-api.js';

const large = {
  ...{ processing: '"crm"."states"', entities: '"crm"."subs"', bytes: 1e9 },
  ...{ indexedProcessing: ['last_run_at'], indexedEntities: ['user_id', 'created_at'] },
  tenantRows: 0,
};

it.each<[SubscriptionSort, SubscriptionQuery, string]>([
  ['next_run_at', {}, 'walk'],
  ['-last_run_at', { due: true }, 'walk'],
  ['user_id', {}, 'walk'],
  ['created_at', { userId: 'u' }, 'sort'],
  ['created_at', { status: 'suspended' }, 'sort'],
  ['next_run_at', { search: 'a', tenantId: 't' }, 'sort'],
])('%s of %j in a large table: %s', (sort, query, way) => {
  expect(decideSort(sort, query, large)).toBe(way);
});

it.each<[SubscriptionSort, SubscriptionQuery, number, unknown]>([
  ['-next_run_at', { tenantId: 't' }, 2_000, 'sort'],
  ['-next_run_at', { tenantId: 't' }, 2_001, 'walk'],
  ['next_run_at', { tenantId: 't', search: 'u' }, 20_001, 'sort'],
  ['next_run_at', { tenantId: 't', userId: 'u' }, 20_001, 'sort'],
  ['created_at', { tenantId: 't' }, 20_000, 'sort'],
  ['created_at', { tenantId: 't' }, 20_001, expect.objectContaining({ path: 'sort' })],
])('%s of %j, of which there are %i', (sort, query, tenantRows, way) => {
  expect(decideSort(sort, query, { ...large, tenantRows })).toEqual(way);
  expect(decideSort(sort, query, { ...large, tenantRows, bytes: 1e6 })).toBe('sort');
});

it('refuses to sort a large table, and names the index that is missing', () => {
  expect(decideSort('-created_at', { due: true }, large)).toEqual({
    path: 'sort',
    message:
      'needs an index at this size of the table: CREATE INDEX CONCURRENTLY ON "crm"."states" (created_at); or give a user_id or tenant_id',
  });
  expect(decideSort('user_id', { search: 'a' }, large)).toMatchObject({ path: 'sort' });
  expect(decideSort('-created_at', { search: 'a' }, { ...large, bytes: 1e6 })).toBe('sort');
});

it('says what a list can be sorted by, so that nothing else is offered', () => {
  expect(possibleSorts({}, large)).toEqual(['next_run_at', 'last_run_at', 'user_id']);
  expect(possibleSorts({ search: 'a' }, large)).toEqual([]);
  expect(possibleSorts({ tenantId: 't' }, large)).toHaveLength(5);
  expect(possibleSorts({}, { ...large, bytes: 1e6 })).toHaveLength(5);
});
