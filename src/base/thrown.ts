// Converts anything that foreign code throws, rejects with or passes in to plain strings. Total: nothing here ever throws, whatever the
// value is (a proxy, getters that throw, a message that is not a string, cyclic causes).
import { inspect, types } from 'node:util';

const MAX_TEXT = 10_000;
const MAX_CAUSES = 5;

/** The property, or undefined if reading it throws. */
export function propertyOf(value: unknown, key: PropertyKey): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** `instanceof`, which a proxy can make throw. */
export function isInstance<T>(value: unknown, type: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

/** Also true for errors of another realm (`vm` contexts, as used by jest), for which `instanceof` is false. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || isInstance(value, Error) || isDomException(value);
}

export function isDomException(value: unknown): value is DOMException {
  try {
    return Object.prototype.toString.call(value) === '[object DOMException]';
  } catch {
    return false;
  }
}

/** Any value as readable text: strings unchanged, other values as JSON if possible, otherwise as `util.inspect` shows them. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && !types.isProxy(value)) {
    try {
      const json: unknown = isError(value) ? undefined : JSON.stringify(value);
      if (typeof json === 'string') return json.slice(0, MAX_TEXT);
    } catch {
      // a cycle, a BigInt, a toJSON that throws: handled below
    }
    if (isError(value)) return describeThrown(value).message;
  }
  return shown(value);
}

function shown(value: unknown): string {
  try {
    return inspect(value, { depth: 1, customInspect: false, maxArrayLength: 20, maxStringLength: 1_000 }).slice(
      0,
      MAX_TEXT,
    );
  } catch {
    return `a ${typeof value} that cannot be shown`;
  }
}

export interface ThrownRecord {
  /** False: something other than an Error was thrown. */
  readonly isError: boolean;
  readonly name: string;
  /** The error's own code; for an `Error` or a `TypeError` without one, that of its cause. */
  readonly code: string | null;
  /** The message, followed by those of its causes. Never empty. */
  readonly message: string;
  readonly stack: string | null;
  /** When to retry, if the error says so (`retryAfterMs`). */
  readonly retryAfterMs: number | null;
  /** Whether the error allows another attempt (`retryable`); null: it does not say. */
  readonly retryable: boolean | null;
}

/** A record of a thrown value of any kind. */
export function describeThrown(thrown: unknown): ThrownRecord {
  const error = isError(thrown);
  const name = nameOf(thrown) ?? 'Error';
  const stack = propertyOf(thrown, 'stack');
  const retryAfterMs = propertyOf(thrown, 'retryAfterMs');
  const retryable = propertyOf(thrown, 'retryable');
  return {
    isError: error,
    name,
    code: codeOf(thrown) ?? (name === 'Error' || name === 'TypeError' ? codeOf(propertyOf(thrown, 'cause')) : null),
    message: error ? withCauses(thrown) : nonErrorText(thrown),
    stack: error && typeof stack === 'string' && stack !== '' ? stack : null,
    retryAfterMs: typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : null,
    retryable: typeof retryable === 'boolean' ? retryable : null,
  };
}

const nonErrorText = (thrown: unknown): string =>
  typeof thrown === 'string' && thrown !== '' ? thrown : `non-Error thrown: ${textOf(thrown)}`;

function nameOf(value: unknown): string | null {
  const name = propertyOf(value, 'name');
  return typeof name === 'string' && name !== '' ? name : null;
}

function codeOf(value: unknown): string | null {
  const code = propertyOf(value, 'code');
  if (typeof code === 'string' && code !== '') return code;
  if (typeof code === 'number') return String(code);
  // a connection tried at several addresses fails with an AggregateError
  const errors = propertyOf(value, 'errors');
  return Array.isArray(errors) && errors.length > 0 && errors[0] !== value ? plainCodeOf(propertyOf(errors, 0)) : null;
}

const plainCodeOf = (value: unknown): string | null => {
  const code = propertyOf(value, 'code');
  return typeof code === 'string' && code !== '' ? code : null;
};

/** `fetch failed: connect ECONNREFUSED 127.0.0.1:9`: the message of a wrapper, then that of the error that it wraps. */
function withCauses(error: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  for (let at: unknown = error; at !== undefined && at !== null && !seen.has(at) && seen.size <= MAX_CAUSES;) {
    seen.add(at);
    const text = ownMessage(at);
    if (text !== '' && !parts.some((part) => part.includes(text))) parts.push(text);
    at = propertyOf(at, 'cause');
  }
  return parts.join(': ') || (nameOf(error) ?? 'Error');
}

function ownMessage(value: unknown): string {
  if (!isError(value)) return textOf(value);
  const message = propertyOf(value, 'message');
  if (message !== undefined && message !== '') return textOf(message);
  const first = propertyOf(propertyOf(value, 'errors'), 0);
  const inner = propertyOf(first, 'message');
  return typeof inner === 'string' && inner !== '' ? inner : (codeOf(value) ?? '');
}
