// The two formats of a page of members. Only what paging needs is required: each member is validated later.
import { z } from 'zod';

// not z.array, which copies what it checks
const data = z.custom<readonly unknown[]>(
  (value) => Array.isArray(value) && value.length <= 10_000,
  'must be a list of at most 10,000 members',
);
const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** `?page=1&per=100` */
export const numberedPage = z.looseObject({
  pagination: z.looseObject({
    current_page: count,
    total_page: count.nullish(),
    next_page: count.nullable(),
    total_count: count.nullish(),
  }),
  data,
});

/** `?first=100&after=…` */
export const cursorPage = z.looseObject({
  data,
  page_info: z.looseObject({
    has_next_page: z.boolean(),
    end_cursor: z.string().min(1).max(2_000).nullish(),
    total_count: count.nullish(),
  }),
});

export interface ProvidedMember {
  readonly id?: unknown;
  readonly email?: unknown;
  readonly name?: unknown;
  readonly createdAt?: unknown;
}

/** Any value: an entry that is not an object has no address and counts as invalid. Checked without zod, because there are millions. */
export function memberOf(entry: unknown): ProvidedMember {
  if (typeof entry !== 'object' || entry === null) return {};
  const { id, email, name, created_at: createdAt } = entry as Readonly<Record<string, unknown>>;
  return { id, email, name, createdAt };
}
