// Reads the schedule of a row strictly: an invalid schedule suspends the row, with the reason, rather than run at an unintended time.
import type { StoredRow } from '../../../db/rows/queries/row.js';
import {
  inputToJson,
  normalizeSchedule,
  type CompiledSchedule,
  type Schedule,
  type ScheduleLike,
} from '../../schedule/index.js';
import { isConstant, type RowTable } from '../contract/define-row-schedule.js';
import { createAnchoredSchedules } from './anchored-schedules.js';

export interface RowBook {
  /** Throws an error that says why the row's schedule cannot be read. */
  compiled(row: StoredRow, anchorMs: number | null): CompiledSchedule;
}

const MOST = 4_000;

/** The columns that the schedule is read from. */
export function scheduleColumns({ schedule }: Pick<RowTable, 'schedule'>): readonly string[] {
  if (typeof schedule === 'string') return [schedule];
  return isConstant(schedule) ? [] : schedule.columns;
}

export function createRowBook(table: RowTable): RowBook {
  const columns = scheduleColumns(table);
  const schedules = createAnchoredSchedules(MOST);
  const read = readerOf(table);
  const { policies = {}, defaultTimezone = 'UTC' } = table;
  const defaults = inputToJson(policies);
  const values = (row: StoredRow): unknown[] => columns.map((_column, index) => row[`s${index}`]);

  const scheduleOf = (row: StoredRow): Schedule => {
    const json = inputToJson(read(values(row)));
    const timezone = row.timezone ?? json.timezone ?? defaultTimezone;
    return normalizeSchedule({ ...defaults, ...json, timezone });
  };
  return {
    compiled: (row, anchorMs) => {
      const key = `${row.timezone ?? ''}|${columns.length === 0 ? '' : JSON.stringify(values(row))}`;
      return schedules(key, () => scheduleOf(row), anchorMs);
    },
  };
}

function readerOf({ schedule }: RowTable): (values: readonly unknown[]) => ScheduleLike {
  if (typeof schedule === 'string') return ([value]) => wholeSchedule(schedule, value);
  if (isConstant(schedule)) return () => schedule;
  const { columns, read } = schedule;
  return (values) => {
    const made: unknown = read(Object.fromEntries(columns.map((column, index) => [column, values[index]])));
    return wholeSchedule('schedule', made);
  };
}

/** The JSON in the column, or text that contains it. */
function wholeSchedule(column: string, value: unknown): ScheduleLike {
  const json: unknown = typeof value === 'string' ? parsed(column, value) : value;
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  throw new TypeError(json === null ? `${column} is null` : `${column} must hold a JSON object with a schedule`);
}

function parsed(column: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`${column} must hold a JSON object with a schedule`);
  }
}
