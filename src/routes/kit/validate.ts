// Validates a request with its route's schemas; all errors are reported at once, each with the path of the field.
import { parsedBy } from '../../base/issue-text.js';
import type { Request } from 'express';
import type { z } from 'zod';
import { SchedulerError, type FieldError } from '../../base/errors.js';
import type { Input, Route } from './route.js';

type Part = 'params' | 'query' | 'headers' | 'body';

/** More errors would not help, and their texts could be longer than the request. */
const MOST_ERRORS = 100;

/** The errors so far: one per path, and at most MOST_ERRORS. */
function createErrors() {
  const byPath = new Map<string, FieldError>();
  return {
    add: (error: FieldError): void => {
      if (!byPath.has(error.path)) byPath.set(error.path, error);
    },
    get full(): boolean {
      return byPath.size >= MOST_ERRORS;
    },
    list: (): FieldError[] => [...byPath.values()],
  };
}
type Errors = ReturnType<typeof createErrors>;

/**
 * Returns the validated input. Throws INVALID_INPUT with at most 100 errors; paths are those of the body's own fields, or names of
 * parameters and headers.
 */
export function validate(route: Route, request: Request): Input<never, never, never, never> {
  const errors = createErrors();
  const read = (part: Part, value: unknown): unknown => {
    const schema = route[part];
    return schema && parseInto(errors, schema, value, part === 'body' ? 'body' : '');
  };
  for (const part of ['params', 'query', 'body'] as const) {
    const unstorable = findUnstorable(request[part] as unknown, part === 'body' ? 'body' : '');
    if (unstorable) throw invalidInput([unstorable], route.asSent);
  }
  if (route.body === undefined && hasContent(request.body)) errors.add({ path: 'body', message: 'must be empty' });
  if (route.query === undefined && route.method !== 'get') refuseQuery(errors, request.query);
  const input = {
    params: read('params', request.params),
    query: read('query', request.query),
    headers: read('headers', request.headers),
    body: read('body', request.body),
  };
  const found = errors.list();
  if (found.length > 0) throw invalidInput(found, route.asSent);
  return input as Input<never, never, never, never>;
}

/** A filter or a dry run in the wrong place must not be ignored; requests that only read may have any parameters. */
function refuseQuery(errors: Errors, query: object): void {
  const message = 'unknown field: this route takes no query, its fields are those of the body';
  for (const path of Object.keys(query).slice(0, MOST_ERRORS)) errors.add({ path, message });
}

const DEEPEST = 100;

/** What JSON allows but PostgreSQL cannot store: the character NUL and lone surrogates. */
const unstorable = (text: string): string | null => {
  if (text.includes('\0')) return 'must not contain the character NUL';
  return /\p{Surrogate}/u.test(text) ? 'must not contain half of a surrogate pair' : null;
};

/** Values that cannot be stored, and nesting that is never intended. */
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

/** Validates one field with its own schema. Throws INVALID_INPUT with paths below `field`. */
export function validateField<S extends z.ZodType>(schema: S, value: unknown, field: string): z.output<S> {
  const errors = createErrors();
  const parsed = parseInto(errors, schema, value, '');
  const found = errors.list();
  if (found.length === 0) return parsed as z.output<S>;
  throw invalidInput(found.map(({ path, message }) => ({ path: path ? `${field}.${path}` : field, message })));
}

function parseInto(errors: Errors, schema: z.ZodType, value: unknown, whole: string): unknown {
  const parsed = parsedBy(schema, value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    for (const error of fieldErrors(issue, whole)) {
      if (errors.full) return undefined;
      errors.add(error);
    }
  }
  return undefined;
}

function invalidInput(errors: readonly FieldError[], asSent = false): SchedulerError {
  const said = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const more = errors.length === MOST_ERRORS ? `; only the first ${MOST_ERRORS} errors are listed` : '';
  return new SchedulerError('INVALID_INPUT', `${said}${more}`, { errors, asSent });
}

/** Paths are reported in snake_case, but a name that is not in snake_case must be reported as it was sent. */
const unknown = (key: string): string =>
  /[A-Z]/.test(key) ? `unknown field ${key.slice(0, 40)}: names are in snake_case` : 'unknown field';

const LONGEST_SEGMENT = 100;

/** A name from the request, which may be as long as the request. */
function segment(name: PropertyKey): string {
  const text = String(name);
  return text.length > LONGEST_SEGMENT ? `${text.slice(0, LONGEST_SEGMENT)}…` : text;
}

/** A zod issue by field: unknown keys are named one by one. */
function fieldErrors(issue: z.core.$ZodIssue, whole: string): FieldError[] {
  const at = (...more: PropertyKey[]): string => [...issue.path, ...more].map(segment).join('.') || whole;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MOST_ERRORS).map((key) => ({ path: at(key), message: unknown(key) }));
  return [{ path: at(), message: issue.message }];
}
