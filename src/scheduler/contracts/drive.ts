// How `punctual/testing` runs a scheduler step by step. Not part of the public types: nothing else should call it.
import { SchedulerError } from '../../base/errors.js';
import type { Run } from './run.js';

/** The key under which an engine, and a scheduler that contains one, keeps its drive. */
export const DRIVE: unique symbol = Symbol.for('punctual.drive');

export interface Drive {
  /** Starts what is due now and waits for it. */
  runDueOnce(): Promise<readonly Run[]>;
  /** Milliseconds until the earliest thing known to be due; null: nothing. */
  nextInMs(): number | null;
}

/** Throws INVALID_INPUT if the value is not a scheduler. */
export function driveOf(scheduler: object): Drive {
  const drive = (scheduler as { readonly [DRIVE]?: Drive })[DRIVE];
  if (drive) return drive;
  throw new SchedulerError('INVALID_INPUT', 'expected a scheduler that createScheduler returned');
}
