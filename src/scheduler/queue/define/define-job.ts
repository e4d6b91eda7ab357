// Validates definitions of job types, and finds them by name.
import type { z } from 'zod';
import { SchedulerError } from '../../../base/errors.js';
import type { AnyJob, JobDefinition } from './job-definition.js';
import { checkJob, TYPE_NAME } from './job-rules.js';

export * from './job-definition.js';

/** Throws INVALID_INPUT for an invalid name of a type. */
export function checkTypeName(type: string): void {
  if (TYPE_NAME.test(type)) return;
  const message = `must match ${String(TYPE_NAME)}`;
  throw new SchedulerError('INVALID_INPUT', `job type "${type.slice(0, 100)}" ${message}`, {
    errors: [{ path: 'type', message }],
  });
}

/** Checks a definition and returns it. Throws INVALID_CONFIG with the path of each option that is wrong. */
export function defineJob<S extends z.ZodType, R>(definition: JobDefinition<S, R>): JobDefinition<S, R> {
  checkJob(definition);
  return definition;
}

/** The definitions of this process, by type. */
export type JobRegistry = ReadonlyMap<string, AnyJob>;

/** Throws INVALID_CONFIG if two have the same type, or one of them is invalid. */
export function createJobRegistry(definitions: readonly AnyJob[]): JobRegistry {
  const registry = new Map<string, AnyJob>();
  for (const definition of definitions) {
    checkJob(definition as JobDefinition);
    if (registry.has(definition.type)) {
      throw new SchedulerError('INVALID_CONFIG', `two jobs are named "${definition.type}"`);
    }
    registry.set(definition.type, definition);
  }
  return registry;
}
