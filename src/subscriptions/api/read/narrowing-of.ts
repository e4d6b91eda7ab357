// A filter of the API as the statements narrow by it.
import type { Database } from '../../../db/database.js';
import type { Narrowing } from '../../../db/subscriptions/claim/narrowing.js';
import { createKindsReader } from '../../../db/subscriptions/list/search.js';
import type { SubscriptionFilter } from '../subscriptions-api.js';

export type Narrow = (filter: SubscriptionFilter) => Promise<Narrowing>;

/** Only a search reads the database, once: it depends on the types of the host's columns. */
export function createNarrow({ database, now }: { database: Database; now: () => Date | null }): Narrow {
  const knownKinds = createKindsReader(database);
  return async ({ search, ...filter }) => {
    const narrowing = dueAt(filter, now());
    return search === undefined ? narrowing : { ...narrowing, search: { text: search, kinds: await knownKinds() } };
  };
}

/** `now`: null but under a test's clock. */
function dueAt({ due, ...filter }: Omit<SubscriptionFilter, 'search'>, now: Date | null): Narrowing {
  if (due === undefined) return filter;
  return due ? { ...filter, dueAt: now } : { ...filter, notDueAt: now };
}
