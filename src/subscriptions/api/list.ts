// Lists subscriptions: narrowed, searched by how an id begins, sorted, page by page.
import type { Database } from '../../db/database.js';
import type { Narrowing, PrefixSearch } from '../../db/subscriptions/claim/narrowing.js';
import { listSubscriptions, type SubscriptionPage } from '../../db/subscriptions/queries/find.js';
import { readSearchedKinds } from '../../db/subscriptions/queries/search.js';
import { cursorOf, limitOf, pageOf } from '../../scheduler/contracts/page.js';
import type { Page } from '../../scheduler/contracts/scheduler.js';
import type { ScheduleBook } from '../schedules/stored-schedule.js';
import { asInput } from './input-errors.js';
import { narrowingOf } from './narrowing-of.js';
import type { Subscription, SubscriptionQuery, SubscriptionSort } from './subscriptions-api.js';
import { toSubscription } from './to-subscription.js';

export interface ListDeps {
  readonly database: Database;
  readonly schedules: ScheduleBook;
  readonly now: () => Date | null;
}

function heldCursor(held: unknown, sort: SubscriptionSort | 'id'): SubscriptionPage['after'] {
  if (!Array.isArray(held) || held.length !== 3 || held[0] !== sort) return null;
  const [, key, id] = held as unknown[];
  if (typeof id !== 'string' || !(key === null || typeof key === 'string')) return null;
  return { key, id };
}

export function createLister({ database, schedules, now }: ListDeps) {
  let kinds: Promise<PrefixSearch['kinds']> | undefined;

  /** The types of the host's columns do not change while it runs. */
  const knownKinds = (): Promise<PrefixSearch['kinds']> => {
    kinds ??= readSearchedKinds(database);
    kinds.catch(() => (kinds = undefined));
    return kinds;
  };

  return async (query: SubscriptionQuery = {}): Promise<Page<Subscription>> => {
    const { limit: _limit, cursor: _cursor, sort = 'id', search: text, ...filter } = query;
    const limit = limitOf(query);
    const after = cursorOf(query, (held) => heldCursor(held, sort));
    const search = text === undefined ? {} : { search: { text, kinds: await knownKinds() } };
    const narrowing: Narrowing = { ...narrowingOf(filter, now()), ...search };
    const rows = await asInput('filter', () => listSubscriptions(database, { narrowing, sort, limit, after }));
    const hold = ({ sort_key, id }: (typeof rows)[number]) => [sort, sort_key, id];
    return pageOf(rows, limit, (row) => toSubscription(row, schedules), hold);
  };
}
