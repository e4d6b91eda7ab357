// Reads a request by its route's schemas; all that is wrong is reported at once, each with the path of the field.
import type { Request } from 'express';
import type { z } from 'zod';
import { SchedulerError, type FieldError } from '../../base/errors.js';
import type { Input, Route } from './route.js';

type Part = 'params' | 'query' | 'headers' | 'body';

/** Answers the validated input. Throws INVALID_INPUT; paths are those of the body's own fields, or names of parameters and headers. */
export function validate(route: Route, request: Request): Input<never, never, never, never> {
  const errors: FieldError[] = [];
  const read = (part: Part, value: unknown): unknown => {
    const schema = route[part];
    return schema && parseInto(errors, schema, value, part === 'body' ? 'body' : '');
  };
  for (const part of ['params', 'query', 'body'] as const) {
    const unstorable = findUnstorable(request[part] as unknown, part === 'body' ? 'body' : '');
    if (unstorable) throw invalidInput([unstorable]);
  }
  if (route.body === undefined && hasContent(request.body)) errors.push({ path: 'body', message: 'must be empty' });
  // a filter or a dry run in the wrong place must not be taken for none; what only reads may carry what it likes
  if (route.query === undefined && route.method !== 'get') {
    const message = 'unknown field: this route takes no query, its fields are those of the body';
    for (const path of Object.keys(request.query)) errors.push({ path, message });
  }
  const input = {
    params: read('params', request.params),
    query: read('query', request.query),
    headers: read('headers', request.headers),
    body: read('body', request.body),
  };
  if (errors.length > 0) throw invalidInput(errors);
  return input as Input<never, never, never, never>;
}

const DEEPEST = 100;

/** What JSON can say and PostgreSQL cannot keep: the character NUL and lone surrogates. */
const unstorable = (text: string): string | null => {
  if (text.includes('\0')) return 'must not contain the character NUL';
  return /\p{Surrogate}/u.test(text) ? 'must not contain half of a surrogate pair' : null;
};

/** What cannot be kept, and what nobody nests on purpose. */
function findUnstorable(value: unknown, whole: string, path = '', depth = 0): FieldError | null {
  if (typeof value === 'string') {
    const message = unstorable(value);
    return message === null ? null : { path: path || whole, message };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth === DEEPEST) return { path: path.split('.')[0] || whole, message: 'is nested too deeply' };
  for (const [key, inner] of Object.entries(value)) {
    const at = path ? `${path}.${key}` : key;
    const message = unstorable(key);
    if (message !== null) return { path: path || whole, message };
    const found = findUnstorable(inner, whole, at, depth + 1);
    if (found) return found;
  }
  return null;
}

const hasContent = (body: unknown): boolean =>
  body !== undefined && !(typeof body === 'object' && body !== null && Object.keys(body).length === 0);

/** Reads one field by a schema of its own. Throws INVALID_INPUT with paths below `field`. */
export function validateField<S extends z.ZodType>(schema: S, value: unknown, field: string): z.output<S> {
  const errors: FieldError[] = [];
  const parsed = parseInto(errors, schema, value, '');
  if (errors.length === 0) return parsed as z.output<S>;
  throw invalidInput(errors.map(({ path, message }) => ({ path: path ? `${field}.${path}` : field, message })));
}

function parseInto(errors: FieldError[], schema: z.ZodType, value: unknown, whole: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const error of parsed.error.issues.flatMap((issue) => fieldErrors(issue, whole))) {
    if (!errors.some(({ path }) => path === error.path)) errors.push(error);
  }
  return undefined;
}

function invalidInput(errors: readonly FieldError[]): SchedulerError {
  const said = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new SchedulerError('INVALID_INPUT', said, { errors });
}

/** Paths are told in snake_case: a name that is not in it must be told as it was sent. */
const unknown = (key: string): string =>
  /[A-Z]/.test(key) ? `unknown field ${key.slice(0, 40)}: names are in snake_case` : 'unknown field';

/** A zod issue by field: unknown keys are told one by one. */
function fieldErrors(issue: z.core.$ZodIssue, whole: string): FieldError[] {
  const at = (...more: PropertyKey[]): string => [...issue.path, ...more].map(String).join('.') || whole;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: at(key), message: unknown(key) }));
  return [{ path: at(), message: issue.message }];
}
