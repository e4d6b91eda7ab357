// Options are validated when a function is called: unknown names, wrong types, numbers out of range. Small and pure, because `enqueue`
// validates its options for each job.
import type { BuiltInCode } from '../error-codes.js';
import { SchedulerError, type FieldError } from '../errors.js';
import { closestWord } from './closest-word.js';

/** Describes the allowed values of one option, and adds to `errors` what is wrong with a value. */
export interface Rule {
  /** Completes "must be …": `a whole number from 1 to 100`. */
  readonly allows: string;
  readonly check: (value: unknown, path: string, errors: FieldError[]) => void;
  /** The rules of the options inside of it. */
  readonly inside?: RuleTable;
  /** True: it must be given. */
  readonly required?: boolean;
}

export type RuleTable = Readonly<Record<string, Rule>>;

/** A rule for each option of a type, so that an option without one does not compile. */
export type RulesOf<T> = { readonly [K in keyof Required<T>]: Rule };

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Numbers and booleans are repeated in a message; texts are not, because they may be secrets. */
export function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a Date';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return `${value}`;
  if (typeof value === 'string') return value === '' ? 'an empty string' : `a string of ${value.length} characters`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const at = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function unknownOption(key: string, rules: RuleTable): string {
  const meant = closestWord(key, Object.keys(rules));
  return meant === null ? 'is not an option' : `is not an option: did you mean ${meant}?`;
}

/** Adds what is wrong with the options in `given`. An option that is undefined counts as not given. */
export function collectErrors(given: object, rules: RuleTable, path: string, errors: FieldError[]): void {
  const options = given as Readonly<Record<string, unknown>>;
  for (const key in options) {
    const value = options[key];
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) errors.push({ path: at(path, key), message: unknownOption(key, rules) });
    else if (value !== undefined) rule.check(value, at(path, key), errors);
  }
}

function collectMissing(given: object, rules: RuleTable, path: string, errors: FieldError[]): void {
  for (const key of Object.keys(rules)) {
    const { required = false, allows } = rules[key] as Rule;
    if (required && (given as Readonly<Record<string, unknown>>)[key] === undefined) {
      errors.push({ path: at(path, key), message: `is needed: ${allows}` });
    }
  }
}

/** Adds everything that is wrong with an object of options: unknown ones, wrong ones, missing ones. */
export function collectAll(value: unknown, rules: RuleTable, path: string, errors: FieldError[]): void {
  if (!isObject(value)) {
    errors.push({ path, message: `must be an object with options, not ${shown(value)}` });
    return;
  }
  collectErrors(value, rules, path, errors);
  collectMissing(value, rules, path, errors);
}

/** Throws an error with this code if there are errors. `what` names the function or object that the options belong to. */
export function throwErrors(code: BuiltInCode, what: string, errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const said = errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  throw new SchedulerError(code, `${what}: ${said}`, { errors });
}

/** Checks the options of `what`. Throws with `details.errors`: the path of each that is wrong, and what it may be. */
export function checkOptions(code: BuiltInCode, what: string, value: unknown, rules: RuleTable): void {
  const errors: FieldError[] = [];
  collectAll(value, rules, '', errors);
  throwErrors(code, what, errors);
}
