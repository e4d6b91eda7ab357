// Shared checks of all providers: constant-time comparison, fresh timestamps, JSON bodies.
import { parsedBy } from '../../../base/issue-text.js';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { SchedulerError } from '../../../scheduler/public.js';
import { notificationError } from '../errors.js';

const digest = (value: string | Buffer): Buffer => createHash('sha256').update(value).digest();

/** Compares in constant time. */
export const isSame = (a: string | Buffer, b: string | Buffer): boolean => timingSafeEqual(digest(a), digest(b));

export const refused = (why: string): SchedulerError => notificationError('EVENT_SIGNATURE_INVALID', why);

const TOLERANCE_S = 300;

/** Seconds since 1970 that are no more than five minutes from now. Throws EVENT_SIGNATURE_INVALID. */
export function freshTimestamp(text: string | undefined, now: Date): Date {
  if (text === undefined || !/^\d{1,11}$/.test(text)) throw refused('the timestamp is missing or invalid');
  const seconds = Number(text);
  if (Math.abs(now.getTime() / 1_000 - seconds) > TOLERANCE_S)
    throw refused('the timestamp is more than five minutes from now: the event is stale, or a clock is wrong');
  return new Date(seconds * 1_000);
}

const MOST_ERRORS = 20;

/** Reads a verified body. Throws INVALID_INPUT with the paths of invalid fields. */
export function readJson<S extends z.ZodType>(body: Buffer | string, schema: S, field = 'body'): z.output<S> {
  const parsed = parsedBy(schema, parse(body, field));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues
    .slice(0, MOST_ERRORS)
    .map(({ path, message }) => ({ path: path.map(String).join('.') || field, message }));
  throw invalid(errors);
}

function parse(body: Buffer | string, field: string): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw invalid([{ path: field, message: 'is not valid JSON' }]);
  }
}

const invalid = (errors: readonly { path: string; message: string }[]): SchedulerError =>
  new SchedulerError('INVALID_INPUT', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
    asSent: true,
  });
