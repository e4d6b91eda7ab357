// Pages of lists: limits and opaque cursors.
import { SchedulerError } from '../../base/errors.js';
import type { Page, PageQuery } from './scheduler.js';

const DEFAULT_LIMIT = 50;
const MOST = 200;

export const limitOf = ({ limit = DEFAULT_LIMIT }: PageQuery): number => {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  const errors = [{ path: 'limit', message: `must be a whole number from 1 to ${MOST}` }];
  throw new SchedulerError('INVALID_INPUT', `limit must be from 1 to ${MOST}`, { errors });
};

/** A time from a cursor; null if no row can have it. */
export const heldMoment = (held: unknown): Date | null => {
  const at = typeof held === 'string' || typeof held === 'number' ? new Date(held) : null;
  const year = at?.getUTCFullYear() ?? NaN;
  return year >= 1 && year <= 9999 ? at : null;
};

const refused = (): SchedulerError =>
  new SchedulerError('INVALID_INPUT', 'unknown cursor', {
    errors: [{ path: 'cursor', message: 'is not one that this list returned' }],
  });

/** The contents of a cursor; null without one. Throws INVALID_INPUT for a cursor that we did not issue. */
export function cursorOf<const C>({ cursor }: PageQuery, read: (held: unknown) => C | null): C | null {
  if (cursor === undefined) return null;
  let held: unknown;
  try {
    held = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refused();
  }
  const found = read(held);
  if (found === null) throw refused();
  return found;
}

/** `rows` were queried with one more than the limit: the extra row shows that there is a next page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  item: (row: R) => T,
  hold: (row: R) => unknown,
): Page<T> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const nextCursor = last === undefined ? null : Buffer.from(JSON.stringify(hold(last))).toString('base64url');
  return { items: rows.slice(0, limit).map(item), nextCursor };
}
