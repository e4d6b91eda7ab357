// A page of subscriptions in the order of an index, any number of which may have the same key (such as ten million that are due at 9:00).
// It reads only as much as the page needs; a large group of ties is neither joined nor sorted as a whole.
import type { Db } from '../../database.js';
import type { Narrowing } from '../claim/narrowing.js';
import type { SortOrder } from './sorts.js';
import {
  areMany,
  between,
  nextKeys,
  pickTies,
  rest,
  sortTies,
  type Placed,
  type Ties,
  type Walk,
  type WalkLimits,
  WALK_LIMITS,
} from './walk-statements.js';

export interface SortedPage {
  readonly narrowing: Narrowing;
  readonly order: SortOrder;
  /** One more row is read, to know whether there is a next page. */
  readonly limit: number;
  readonly after: { readonly key: string | null; readonly id: string } | null;
  /** null except with a test's clock. */
  readonly now: Date | null;
  /** Whether rows without a key follow the others, or are omitted. */
  readonly withRest: boolean;
  readonly limits?: WalkLimits;
}

async function ties(walk: Walk, wanted: Ties): Promise<Placed[]> {
  const picked = (await areMany(walk, wanted.key)) ? await pickTies(walk, wanted) : [];
  const found = picked.length < wanted.limit ? await sortTies(walk, wanted) : picked;
  return found.map(({ id }) => ({ id, key: wanted.key }));
}

async function placed(walk: Walk, after: Placed | null, wanted: number): Promise<Placed[]> {
  const last = after?.key ?? null;
  const found = after === null || last === null ? [] : await ties(walk, { key: last, after: after.id, limit: wanted });
  if (found.length >= wanted) return found;
  const keys = await nextKeys(walk, last, wanted - found.length);
  const end = keys.at(-1);
  if (end === undefined) return found;
  // the last key may have more rows than were counted; those of the other keys were all counted
  if (keys.length > 1) found.push(...(await between(walk, last, end.key)).map(({ id, key }) => ({ id, key })));
  const limit = wanted - found.length;
  return limit > 0 ? [...found, ...(await ties(walk, { key: end.key, after: null, limit }))] : found;
}

/** Ids with their keys, in order: up to `limit` + 1. */
export async function walkSorted(db: Db, page: SortedPage): Promise<readonly Placed[]> {
  const { narrowing, order, limit, after, now, withRest, limits = WALK_LIMITS } = page;
  const walk: Walk = { db, order, narrowing, now, limits };
  const inRest = after !== null && after.key === null;
  const found = inRest ? [] : await placed(walk, after, limit + 1);
  const missing = limit + 1 - found.length;
  // rows in processing were due, so that they have a key
  const hasRest = withRest && !(narrowing.status === 'processing' && order.key.column === 'p.next_run_at');
  return missing > 0 && hasRest ? [...found, ...(await rest(walk, inRest ? after.id : null, missing))] : found;
}
