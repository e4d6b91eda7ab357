// Records at start which processes this code declares, and sets the cursors that need it.
import { SchedulerError, isSchedulerError } from '../../base/errors.js';
import type { Database } from '../../db/database.js';
import {
  declareProcesses,
  moveCursor,
  type Declaration,
  type ProcessRow,
} from '../../db/engine/queries/runs/processes.js';
import type { ProcessDefinition } from '../contracts/define-process.js';
import { assertCanFire, inputToJson, normalizeSchedule, type ScheduleJson } from '../schedule/index.js';
import { nextSlot } from './process-schedule.js';
import { isExclusive } from '../runs/registry.js';

export interface DeclareOptions {
  readonly definitions: readonly ProcessDefinition[];
  readonly budgetS: number;
  readonly now: Date | null;
}

/** Returns the current rows. Throws INVALID_SCHEDULE, naming the process. */
export async function declare(database: Database, options: DeclareOptions): Promise<ProcessRow[]> {
  const declarations = options.definitions.map((definition) => declarationOf(definition, options.budgetS));
  const rows = await declareProcesses(database, declarations, options.now);
  const settled = rows.map(async (row): Promise<ProcessRow> => {
    const next = cursorAtStart(row);
    if (next?.getTime() === row.next_run_at?.getTime()) return row;
    const moved = await moveCursor(database, row.name, row.next_run_at, next);
    return moved ? { ...row, next_run_at: next } : row;
  });
  return Promise.all(settled);
}

/**
 * A slot that passed while no instance was running is kept for the misfire policy; a future one is computed again, because rules may have
 * changed.
 */
function cursorAtStart(row: ProcessRow): Date | null {
  if (row.next_run_at && row.next_run_at <= row.now) return row.next_run_at;
  return nextSlot(row, row.now);
}

function declarationOf(definition: ProcessDefinition, budgetS: number): Declaration {
  return {
    name: definition.name,
    exclusive: isExclusive(definition),
    schedule: scheduleOf(definition),
    budgetS: definition.budgetS ?? budgetS,
  };
}

/** As written, without the defaults of this version. */
function scheduleOf({ name, schedule }: ProcessDefinition): ScheduleJson | null {
  if (!schedule) return null;
  try {
    assertCanFire(normalizeSchedule(schedule), new Date(0));
    return inputToJson(schedule);
  } catch (error) {
    if (!isSchedulerError(error)) throw error;
    throw new SchedulerError(error, `process "${name}": ${error.message}`, { ...error.details, process: name });
  }
}
