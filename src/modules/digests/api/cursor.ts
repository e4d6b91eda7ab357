// The position at which a page of schedules ended, as opaque text.
import { z } from 'zod';
import { SchedulerError } from '../../../scheduler/public.js';
import type { ListedRow } from '../db/read-schedules.js';

const place = z.tuple([
  z
    .string()
    .refine(
      (text) =>
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d){0,2}$/.test(text) &&
        !Number.isNaN(Date.parse(text.slice(0, 19))),
    ),
  z
    .string()
    .max(200)
    .regex(/^[^\0\p{Surrogate}]*$/u),
]);

export const toCursor = ({ created_at_text, id }: ListedRow): string =>
  Buffer.from(JSON.stringify([created_at_text, id])).toString('base64url');

/** Throws INVALID_INPUT for a cursor that we did not issue. */
export function fromCursor(cursor: string): { readonly createdAt: string; readonly id: string } {
  try {
    const [createdAt, id] = place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { createdAt, id };
  } catch {
    const message = 'must be the next_cursor of the page before';
    throw new SchedulerError('INVALID_INPUT', `cursor ${message}`, { errors: [{ path: 'cursor', message }] });
  }
}
