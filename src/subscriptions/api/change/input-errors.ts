// Converts errors of the database or the schedule parser about a caller's input to INVALID_INPUT with the path of the field.
import { isSchedulerError, SchedulerError, type FieldError } from '../../../base/errors.js';
import {
  inputToJson,
  parseSchedule,
  type Schedule,
  type ScheduleDefaults,
  type ScheduleInput,
} from '../../../scheduler/schedule/index.js';

export function invalidInput(errors: readonly FieldError[], cause?: unknown): SchedulerError {
  const message = errors.map((one) => `${one.path} ${one.message}`).join('; ');
  return new SchedulerError('INVALID_INPUT', `invalid input: ${message}`, { errors }, { cause });
}

/** Paths are `schedule.day_of_month` and the like. */
export function withSchedulePath<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSchedulerError(error, 'INVALID_SCHEDULE')) throw error;
    const errors = (error.details.errors ?? [{ path: '', message: error.message }]).map(({ path, message }) => ({
      path: path === '' ? 'schedule' : `schedule.${path}`,
      message,
    }));
    throw invalidInput(errors, error);
  }
}

/** Throws INVALID_INPUT if it is not a schedule. */
export const checkedSchedule = (input: ScheduleInput, defaults: ScheduleDefaults): Schedule =>
  withSchedulePath(() => parseSchedule(inputToJson(input), defaults));

interface PgError {
  readonly code?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly detail?: string;
}

const UNREADABLE = new Set(['22P02', '22003', '22001', '22007', '22008', '22021', '22P05']);

/**
 * Runs a statement whose values are the caller's. What the database refuses because of them is INVALID_INPUT at `path`,
 * or at the column that it names.
 */
export async function asInput<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = '', column, constraint, detail } = error as PgError;
    if (UNREADABLE.has(code))
      throw invalidInput([{ path, message: `cannot be read: ${(error as Error).message}` }], error);
    if (code === '23502') {
      throw invalidInput([{ path: column ?? path, message: 'is required by the table and cannot be left out' }], error);
    }
    if (code.startsWith('23')) {
      throw invalidInput([{ path, message: `is refused by ${constraint ?? 'a constraint'}: ${detail ?? ''}` }], error);
    }
    throw error;
  }
}
