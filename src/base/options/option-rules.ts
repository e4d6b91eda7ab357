// Rules for validating options: each describes in words what it allows.
import { collectAll, isObject, shown, type Rule, type RuleTable } from './check-options.js';

/** A rule from a test. */
export const rule = (allows: string, test: (value: unknown) => boolean): Rule => ({
  allows,
  check: (value, path, errors) => {
    if (!test(value)) errors.push({ path, message: `must be ${allows}, not ${shown(value)}` });
  },
});

/** `1000000` as `1,000,000`. */
const inWords = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 10 });

export const wholeNumber = (min: number, max: number, unit = ''): Rule =>
  rule(
    `a whole number${unit && ` of ${unit}`} from ${inWords(min)} to ${inWords(max)}`,
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  );

const inRange = (min: number, max: number, unit: string): Rule =>
  rule(
    `a number of ${unit} from ${inWords(min)} to ${inWords(max)}`,
    (value) => typeof value === 'number' && value >= min && value <= max,
  );

/** The longest time that is assumed to be intended. */
export const YEAR_S = 366 * 86_400;

export const seconds = (min: number, max = YEAR_S): Rule => inRange(min, max, 'seconds');
export const milliseconds = (min: number, max = YEAR_S * 1_000): Rule => inRange(min, max, 'milliseconds');

export const flag: Rule = rule('true or false', (value) => typeof value === 'boolean');
export const callback: Rule = rule('a function', (value) => typeof value === 'function');
export const anything: Rule = { allows: 'anything', check: () => {} };

export const oneOf = (values: readonly string[]): Rule => ({
  allows: `one of ${values.join(', ')}`,
  check: (value, path, errors) => {
    if (typeof value === 'string' && values.includes(value)) return;
    errors.push({ path, message: `must be one of ${values.join(', ')}` });
  },
});

const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Text that a column takes. */
export const text = (max: number): Rule =>
  rule(
    `a string of 1 to ${inWords(max)} characters without NUL or lone surrogates`,
    (value) => typeof value === 'string' && value !== '' && value.length <= max && !UNSTORABLE.test(value),
  );

export const anyText: Rule = rule('a string', (value) => typeof value === 'string');

/** Any text that is not empty. */
export const nonEmpty: Rule = rule('a string that is not empty', (value) => typeof value === 'string' && value !== '');

export const matching = (pattern: RegExp, what: string): Rule =>
  rule(what, (value) => typeof value === 'string' && pattern.test(value));

const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** A Date that PostgreSQL and people can read. */
export const instant: Rule = rule('a valid Date between the years 1 and 9999', (value) => {
  const ms = value instanceof Date ? value.getTime() : NaN;
  return ms >= EARLIEST && ms <= LATEST;
});

export const url = (...protocols: readonly string[]): Rule =>
  rule(
    `a URL that begins with ${protocols.map((name) => `${name}://`).join(' or ')}`,
    (value) => typeof value === 'string' && protocols.some((name) => value.startsWith(`${name}://`)),
  );

/** An object with these methods, of any class. */
export const having = (what: string, ...methods: readonly string[]): Rule =>
  rule(what, (value) => {
    if (typeof value !== 'object' && typeof value !== 'function') return false;
    return value !== null && methods.every((name) => typeof Reflect.get(value, name) === 'function');
  });

/** The same, or null. */
export const orNull = (inner: Rule): Rule => ({
  ...inner,
  allows: `${inner.allows}, or null`,
  check: (value, path, errors) => {
    if (value !== null) inner.check(value, path, errors);
  },
});

/** The same, or false. */
export const orFalse = (inner: Rule): Rule => ({
  ...inner,
  allows: `${inner.allows}, or false`,
  check: (value, path, errors) => {
    if (value !== false) inner.check(value, path, errors);
  },
});

export const required = (inner: Rule): Rule => ({ ...inner, required: true });

export const options = (inside: RuleTable): Rule => ({
  allows: 'an object with options',
  inside,
  check: (value, path, errors) => collectAll(value, inside, path, errors),
});

/** An object that is not validated further here. */
export const object: Rule = rule('an object', isObject);

/** Each entry by its own rule; an error names the index. */
export const listOf = (inner: Rule, { min = 0, max = 10_000 } = {}): Rule => ({
  allows: `a list${min > 0 ? ` of at least ${min}` : ''}, each ${inner.allows}`,
  ...(inner.inside ? { inside: inner.inside } : {}),
  check: (value, path, errors) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      errors.push({ path, message: `must be a list of ${min > 0 ? `at least ${min}` : 'any length'}` });
      return;
    }
    value.forEach((entry: unknown, index) => inner.check(entry, `${path}.${index}`, errors));
  },
});
