// How a list is sorted without ever sorting a large table: what a narrow filter leaves, or in the order of an index. Pure.
import type { FieldError } from '../../../base/errors.js';
import { MOST_COUNTED, SORT_KEYS, type SortColumn, type SortFacts } from '../../../db/subscriptions/list/sorts.js';
import type { SubscriptionQuery, SubscriptionSort } from '../subscriptions-api.js';

/** About a hundred thousand rows: sorted whole in well under 300 ms. */
const SMALL_BYTES = 16 * 1024 * 1024;

export type SortWay = 'sort' | 'walk';

export const SORT_COLUMNS = Object.keys(SORT_KEYS) as readonly SortColumn[];

/** One owner's, which are few of all. */
export const isOfOwner = ({ subscriptionIds, userId, tenantId }: SubscriptionQuery): boolean =>
  (subscriptionIds ?? userId ?? tenantId) !== undefined;

/** The states in which few are, and which have an index of their own. */
const isFailing = ({ status }: SubscriptionQuery): boolean => status === 'failed' || status === 'suspended';

const needsIndex = (column: SortColumn, table: string): string =>
  `needs an index at this size of the table: CREATE INDEX CONCURRENTLY ON ${table} (${column}); or give a user_id or tenant_id`;

/** A tenant may have any number of subscriptions, unlike a user. */
const isOfTenant = ({ subscriptionIds, userId }: SubscriptionQuery): boolean =>
  (subscriptionIds ?? userId) === undefined;

/** Up to this number of rows of a tenant, sorting is cheaper than walking through those of its bucket. */
const FEW = 2_000;

function decideOfTenant(
  sort: SubscriptionSort,
  { search }: SubscriptionQuery,
  { tenantRows }: SortFacts,
): SortWay | FieldError {
  if (search !== undefined || tenantRows <= FEW) return 'sort';
  if (sort.endsWith('next_run_at')) return 'walk';
  if (tenantRows <= MOST_COUNTED) return 'sort';
  return { path: 'sort', message: TOO_MANY };
}

const TOO_MANY =
  `is not possible for a tenant with more than ${MOST_COUNTED.toLocaleString('en')} subscriptions: ` +
  'sort by next_run_at, or give a user_id';

/** Returns how, or what is wrong with the wish. */
export function decideSort(sort: SubscriptionSort, query: SubscriptionQuery, facts: SortFacts): SortWay | FieldError {
  if (isFailing(query) || facts.bytes <= SMALL_BYTES) return 'sort';
  if (isOfOwner(query)) return isOfTenant(query) ? decideOfTenant(sort, query, facts) : 'sort';
  if (query.search !== undefined) {
    return { path: 'sort', message: 'cannot be combined with search at this size of the table: leave one of them out' };
  }
  const column = sort.replace(/^-/, '') as SortColumn;
  const [table, indexed] =
    column === 'user_id' ? [facts.entities, facts.indexedEntities] : [facts.processing, facts.indexedProcessing];
  // the index of what is due is partial, and always there
  if (column === 'next_run_at' || indexed.includes(column)) return 'walk';
  return { path: 'sort', message: needsIndex(column, table) };
}

/** What a list with this filter can be sorted by, in either direction. */
export const possibleSorts = (query: SubscriptionQuery, facts: SortFacts): SortColumn[] =>
  SORT_COLUMNS.filter((column) => typeof decideSort(column, query, facts) === 'string');
