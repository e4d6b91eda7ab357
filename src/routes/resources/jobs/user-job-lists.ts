// One list of jobs from several sources, sorted alike, and one set of counts. Pure but for asking the sources.
import { SchedulerError } from '../../../base/errors.js';
import type {
  UserJobCounts,
  UserJobEntry,
  UserJobMark,
  UserJobQuery,
  UserJobSort,
  UserJobView,
  UserScope,
} from '../../../scheduler/contracts/user-jobs.js';

const SORTS = ['created_at', 'scheduled_for', 'processed_at', 'status'] as const;
/** A minus stands for the descending order. */
export const SORT_WORDS = SORTS.flatMap((sort) => [`-${sort}` as const, sort]);
export type SortWord = (typeof SORT_WORDS)[number];

export const sortOf = (word: SortWord): { readonly sort: UserJobSort; readonly descending: boolean } => ({
  sort: word.replace('-', '') as UserJobSort,
  descending: word.startsWith('-'),
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LONGEST_KEY = 40;

/** A cursor is good for the order that it was made in. Throws INVALID_INPUT for any other. */
export function readMark(cursor: string | undefined, word: SortWord): UserJobMark | null {
  if (cursor === undefined) return null;
  try {
    const held: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(held)) {
      const [sort, key, id] = held as unknown[];
      if (
        sort === word &&
        typeof key === 'string' &&
        key.length <= LONGEST_KEY &&
        typeof id === 'string' &&
        UUID.test(id)
      )
        return { key, id };
    }
  } catch {
    // said below
  }
  const errors = [{ path: 'cursor', message: 'is not one that this list returned for this order' }];
  throw new SchedulerError('INVALID_INPUT', 'unknown cursor', { errors });
}

export const cursorOf = ({ key, id }: UserJobMark, word: SortWord): string =>
  Buffer.from(JSON.stringify([word, key, id])).toString('base64url');

const compare = (a: UserJobMark, b: UserJobMark): number =>
  a.key === b.key ? (a.id < b.id ? -1 : Number(a.id > b.id)) : a.key < b.key ? -1 : 1;

export interface MergedJobs {
  readonly items: readonly UserJobEntry[];
  /** Where the next page begins; null: there is none. */
  readonly next: UserJobMark | null;
  readonly truncated: boolean;
}

/** One page over all sources. What is beyond the position up to which each source was examined is left to the next page. */
export async function listAll(
  sources: readonly UserJobView[],
  scope: UserScope,
  query: UserJobQuery,
): Promise<MergedJobs> {
  const { limit, offset, descending } = query;
  // which of them an offset skips is known only once they are merged
  const skip = sources.length === 1 ? 0 : offset;
  const asked = { ...query, offset: offset - skip, limit: skip + limit + 1 };
  const pages = await Promise.all(sources.map((source) => source.list(scope, asked)));
  const order = (a: UserJobMark, b: UserJobMark): number => (descending ? -1 : 1) * compare(a, b);
  const [edge = null] = pages.flatMap((page) => page.edge ?? []).sort(order);
  const found = pages
    .flatMap(({ items }) => items)
    .filter((entry) => edge === null || order(entry, edge) <= 0)
    .sort(order);
  const items = found.slice(skip, skip + limit);
  return {
    items,
    next: found.length > skip + limit ? (items.at(-1) ?? null) : edge,
    truncated: pages.some(({ truncated }) => truncated),
  };
}

const RECENT = 10;

/** Pure. */
export function sumCounts(all: readonly UserJobCounts[]): UserJobCounts {
  const sum = (read: (counts: UserJobCounts) => number): number => all.reduce((total, one) => total + read(one), 0);
  const succeeded = sum((one) => one.succeeded);
  return {
    total: sum(({ total }) => total),
    capped: all.some(({ capped }) => capped),
    succeeded,
    failed: sum(({ failed }) => failed),
    meanMs: succeeded === 0 ? null : sum((one) => (one.meanMs ?? 0) * one.succeeded) / succeeded,
    overdue: sum(({ overdue }) => overdue),
    waiting: sum(({ waiting }) => waiting),
    active: sum(({ active }) => active),
    statuses: sumRecords(all.map(({ statuses }) => statuses)),
    deliveryMethods: sumRecords(all.map(({ deliveryMethods }) => deliveryMethods)),
    recentFailures: all
      .flatMap(({ recentFailures }) => recentFailures)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, RECENT),
  };
}

function sumRecords(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const [name, n] of records.flatMap((record) => Object.entries(record)))
    total.set(name, (total.get(name) ?? 0) + n);
  return Object.fromEntries(total);
}

const WORST = ['closed', 'half_open', 'open'] as const;

/** Pure. The worst of them. */
export const worstBreaker = (views: readonly UserJobView[]): (typeof WORST)[number] =>
  WORST[Math.max(...views.map((view) => WORST.indexOf(view.breaker?.() ?? 'closed')))] ?? 'closed';
