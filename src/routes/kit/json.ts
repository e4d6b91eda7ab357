// Schemas that many routes share, and the notation of the API: snake_case, times in ISO 8601 UTC.
import { z } from 'zod';
import type { Page } from '../../scheduler/contracts/scheduler.js';

/** A time in a response. */
export const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });
export const maybeTime = time.nullable();

/** A time in a request: with any offset, which is required. */
export const timeInput = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-03-08T07:30:00Z or 2026-03-08T02:30:00-05:00' })
  .transform((text) => new Date(text));

/** A boolean in a query. */
export const flagInput = z.enum(['true', 'false']).transform((text) => text === 'true');

/** In lower case, as PostgreSQL returns it: ids are compared, and are part of the context with which secrets are encrypted. */
export const uuid = z.guid().toLowerCase().meta({ format: 'uuid' });

/** The host's ids may be `uuid` or `bigint`. */
export const subscriptionId = z
  .string()
  .regex(/^([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|[1-9]\d{0,18})$/i, 'must be a UUID or a whole number')
  .meta({ description: 'A UUID or an integer, depending on the host’s table' });

export const runParams = z.strictObject({ id: uuid });
export const subscriptionParams = z.strictObject({ id: subscriptionId });

const MAX_LIMIT = 200;
const STANDARD_LIMIT = 50;

/** `limit` and `cursor`, for every list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(STANDARD_LIMIT),
  cursor: z.string().min(1).max(500).optional().meta({ description: '`next_cursor` of the previous page' }),
};

export const pageOf = (item: z.ZodType) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** A list that is short enough for one page. */
export const wholeJson = <J>(items: J[]): { items: J[]; next_cursor: null } => ({ items, next_cursor: null });

export const pageJson = <T, J>(page: Page<T>, toJson: (item: T) => J): { items: J[]; next_cursor: string | null } => ({
  items: page.items.map(toJson),
  next_cursor: page.nextCursor,
});

export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Leaves out undefined fields, so that "not set" and "set to undefined" are the same. */
export const given = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
