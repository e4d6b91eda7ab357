// Lists subscriptions: narrowed, searched by how an id begins, sorted, page by page.
import type { Database } from '../../../db/database.js';
import { SEARCH_COLUMNS, type PrefixSearch, type SearchColumn } from '../../../db/subscriptions/claim/narrowing.js';
import { orderOf, readSortFacts, searchOrder } from '../../../db/subscriptions/list/sorts.js';
import { listSorted, listSubscriptions, type SubscriptionPage } from '../../../db/subscriptions/read/find.js';
import { cursorOf, limitOf, pageOf } from '../../../scheduler/contracts/page.js';
import type { Page } from '../../../scheduler/contracts/scheduler.js';
import type { SubscriptionRow } from '../../../db/subscriptions/read/subscription-row.js';
import type { ScheduleBook } from '../../schedules/stored-schedule.js';
import { decideSort, isOfOwner } from './decide-sort.js';
import { asInput, invalidInput } from '../change/input-errors.js';
import type { Narrow } from './narrowing-of.js';
import type { Subscription, SubscriptionQuery, SubscriptionSort } from '../subscriptions-api.js';
import { toSubscription } from './to-subscription.js';

export interface ListDeps {
  readonly database: Database;
  readonly schedules: ScheduleBook;
  readonly now: () => Date | null;
  readonly narrow: Narrow;
}

/** Which list a cursor belongs to: the sort, or the column by which a search had come so far. */
type Place = 'id' | SubscriptionSort | `search.${SearchColumn}`;

interface Held {
  readonly place: Place;
  readonly after: SubscriptionPage['after'];
}

interface Found {
  readonly place: Place;
  readonly row: SubscriptionRow;
}

function heldCursor(held: unknown, places: readonly Place[]): Held | null {
  if (!Array.isArray(held) || held.length !== 3) return null;
  const [place, key, id] = held as unknown[];
  const known = places.find((one) => one === place);
  if (known === undefined || typeof id !== 'string' || !(key === null || typeof key === 'string')) return null;
  return { place: known, after: { key, id } };
}

export function createLister({ database, schedules, now, narrow }: ListDeps) {
  async function sorted(query: SubscriptionQuery, page: SubscriptionPage): Promise<SubscriptionRow[]> {
    const { sort } = page;
    if (sort === 'id') return listSubscriptions(database, page);
    const way = decideSort(sort, query, await readSortFacts(database, query.tenantId));
    if (typeof way === 'object') throw invalidInput([way]);
    if (way === 'sort') return listSubscriptions(database, page);
    return listSorted(database, { ...page, order: orderOf(sort), withRest: true });
  }

  /** Ids first, then users, then tenants: each in the order of its index, so that exact matches come first. */
  async function searched(search: PrefixSearch, page: SubscriptionPage, from: SearchColumn): Promise<Found[]> {
    const found: Found[] = [];
    for (const by of SEARCH_COLUMNS.slice(SEARCH_COLUMNS.indexOf(from))) {
      const limit = page.limit - found.length;
      const narrowing = { ...page.narrowing, search: { ...search, by } };
      const after = by === from ? page.after : null;
      const order = searchOrder(by);
      const rows = await listSorted(database, { narrowing, order, limit, after, now: now(), withRest: false });
      found.push(...rows.map((row): Found => ({ place: `search.${by}`, row })));
      if (found.length > page.limit) break;
    }
    return found;
  }

  return async (query: SubscriptionQuery = {}): Promise<Page<Subscription>> => {
    const { limit: _limit, cursor: _cursor, sort = 'id', ...filter } = query;
    const limit = limitOf(query);
    const byColumn = query.search !== undefined && query.sort === undefined && !isOfOwner(query);
    const places: readonly Place[] = byColumn ? SEARCH_COLUMNS.map((column) => `search.${column}` as const) : [sort];
    const held = cursorOf(query, (cursor) => heldCursor(cursor, places));
    const narrowing = await narrow(filter);
    const { search } = narrowing;
    const page: SubscriptionPage = { narrowing, sort, limit, after: held?.after ?? null, now: now() };
    const found = await asInput('filter', async (): Promise<Found[]> => {
      if (byColumn && search) return searched(search, page, columnIn(held?.place));
      return (await sorted(query, page)).map((row) => ({ place: sort, row }));
    });
    const hold = ({ place, row }: Found) => [place, row.sort_key, row.id];
    return pageOf(found, limit, ({ row }) => toSubscription(row, schedules), hold);
  };
}

const columnIn = (place: Place | undefined): SearchColumn =>
  SEARCH_COLUMNS.find((column) => place === `search.${column}`) ?? SEARCH_COLUMNS[0];
