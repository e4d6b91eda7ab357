// The input of a batch pass, as stored with its run. Pure.
import { SchedulerError, type FieldError } from '../../base/errors.js';
import type { BatchRequest } from '../contracts/batch.js';

/** `input` of the run; undefined when nothing was asked for. */
export function batchInput({ all = false, only, dryRun = false }: BatchRequest): Record<string, unknown> | undefined {
  if (!all && !dryRun && only === undefined) return undefined;
  return { ...(all ? { all } : {}), ...(only ? { only: [...only] } : {}), ...(dryRun ? { dry_run: true } : {}) };
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

/** Reads it again. Throws INVALID_INPUT for anything else, and for names that are not in `known`. */
export function readBatchInput(input: unknown, known: readonly string[]): BatchRequest {
  if (input === undefined || input === null) return {};
  const { all, only, dry_run: dryRun, ...others } = Object(input) as Record<string, unknown>;
  const errors: FieldError[] = Object.keys(others).map((path) => ({ path: `input.${path}`, message: 'is not known' }));
  for (const [path, value] of Object.entries({ all, dry_run: dryRun })) {
    if (value !== undefined && typeof value !== 'boolean') {
      errors.push({ path: `input.${path}`, message: 'must be true or false' });
    }
  }
  if (only !== undefined && !isNames(only)) errors.push({ path: 'input.only', message: 'must be a list of names' });
  const names = isNames(only) ? only : [];
  for (const name of names.filter((name) => !known.includes(name))) {
    errors.push({ path: 'only', message: `"${name}" is not a batch process; there are ${known.join(', ')}` });
  }
  if (errors.length > 0) {
    throw new SchedulerError('INVALID_INPUT', `${errors[0]?.path}: ${errors[0]?.message}`, { errors });
  }
  return { all: all === true, dryRun: dryRun === true, ...(only === undefined ? {} : { only: names }) };
}
