// Composes the row schedules of one scheduler: processes, sources, jobs, and queries.
import { SchedulerError } from '../../base/errors.js';
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import type { Database } from '../../db/database.js';
import { columnTypes, qualifiedTable } from '../../db/rows/find-table.js';
import { dueColumn, idOf } from '../../db/rows/row-names.js';
import { rowStatements, type RowStatements } from '../../db/rows/row-statements.js';
import type { ProcessDefinition } from '../contracts/define-process.js';
import type { Page } from '../contracts/scheduler.js';
import type { ScheduledSource } from '../contracts/source.js';
import type { Latencies } from '../records/latency-book.js';
import type { AnyJob, JobEndListener } from '../queue/index.js';
import type { BatchHandler } from './batch/call-handler.js';
import { replanForNewRules } from './batch/plan-rows.js';
import { defineRowSchedule, type AnyRowSchedule } from './contract/define-row-schedule.js';
import { createRowJobEnds } from './jobs/row-job-ends.js';
import { createRowJob, enqueueOccurrences } from './jobs/row-job.js';
import { createRowBook } from './plan/row-book.js';
import { readHistory, type RowHistoryEntry, type RowHistoryQuery } from './row-history.js';
import { createRowProcess } from './row-process.js';
import { namesOf, settingsOf, type OwnedRowSchedule, type RowScheduleAtWork } from './row-schedule.js';
import { createRowSource } from './row-source.js';
import { readRowStatus, readSuspendedRows, type RowScheduleStatus, type SuspendedRow } from './row-status.js';
import { createRowTally } from './row-tally.js';
import { createZoneUpdate, type ZoneUpdate } from './zone-update.js';

/** The interface of row schedules for hosts and routes. */
export interface RowSchedules {
  /** Each schedule at a glance, in the order in which they were given. */
  list(): Promise<readonly RowScheduleStatus[]>;
  /** Throws ROW_SCHEDULE_NOT_FOUND. */
  get(name: string): Promise<RowScheduleStatus>;
  /** Up to `limit` rows that do not run, with the reason. Throws ROW_SCHEDULE_NOT_FOUND. */
  suspended(name: string, limit?: number): Promise<readonly SuspendedRow[]>;
  /** The outcome of each occurrence, newest first. Throws ROW_SCHEDULE_NOT_FOUND. */
  history(name: string, query?: RowHistoryQuery): Promise<Page<RowHistoryEntry>>;
  /** Call it after writing rows with your own SQL: checks at once, rather than at the next tick. Throws ROW_SCHEDULE_NOT_FOUND. */
  wake(name: string): void;
}

export interface RowParts {
  readonly api: RowSchedules;
  readonly processes: readonly ProcessDefinition[];
  readonly sources: readonly ScheduledSource[];
  readonly jobs: readonly AnyJob[];
  readonly jobEnds: JobEndListener;
  readonly zones: ZoneUpdate;
  /** Finds the tables; before the engine starts. Throws INVALID_CONFIG for one that has not been migrated. */
  findTables(): Promise<void>;
}

export interface RowDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly now: () => Date | null;
  readonly wake: (source: string) => void;
  /** The histograms of the occurrences of a schedule. */
  readonly times?: (process: string) => Latencies;
}

/** Throws INVALID_CONFIG for two schedules with the same name, or with the same columns of one table. */
export function createRowSchedules(owned: readonly OwnedRowSchedule[], deps: RowDeps): RowParts {
  const definitions = owned.map(({ definition }) => defineRowSchedule(definition));
  refuseTwins(definitions);
  const found = new Map<string, RowStatements>();
  const schedules = owned.map((one) => atWork(one, deps, found));
  const byName = (name: string): RowScheduleAtWork => {
    const schedule = schedules.find(({ definition }) => definition.name === name);
    if (schedule) return schedule;
    throw new SchedulerError('ROW_SCHEDULE_NOT_FOUND', `there is no row schedule "${name}"`, { name });
  };
  return {
    api: {
      list: () => Promise.all(schedules.map(readRowStatus)),
      get: async (name) => readRowStatus(byName(name)),
      suspended: async (name, limit = 50) => readSuspendedRows(byName(name), limit),
      history: async (name, query = {}) => readHistory(byName(name), query),
      wake: (name) => deps.wake(byName(name).definition.name),
    },
    processes: schedules.map((schedule) => processOf(schedule, deps)),
    sources: schedules.map(createRowSource),
    jobs: schedules.filter(({ definition }) => definition.run).map(createRowJob),
    jobEnds: createRowJobEnds(schedules.filter(({ definition }) => definition.run)),
    zones: zonesOf(schedules, deps.db),
    findTables: async () => {
      for (const { definition } of schedules) found.set(definition.name, await statementsOf(deps.db, definition));
    },
  };
}

function refuseTwins(definitions: readonly AnyRowSchedule[]): void {
  const refuse = (message: string): never => {
    throw new SchedulerError('INVALID_CONFIG', message);
  };
  definitions.forEach((one, index) => {
    for (const other of definitions.slice(0, index)) {
      if (idOf(one.name) === idOf(other.name)) {
        refuse(
          `two row schedules are called "${other.name}" and "${one.name}": their names must differ in more than - and _`,
        );
      }
      if (one.table !== other.table) continue;
      const [mine, theirs] = [namesOf(one), namesOf(other)];
      if (mine.prefix === theirs.prefix || dueColumn(mine) === dueColumn(theirs)) {
        refuse(
          `the row schedules "${other.name}" and "${one.name}" use the same table: give each a different "prefix"`,
        );
      }
    }
  });
}

function atWork(owned: OwnedRowSchedule, { db, now }: RowDeps, found: Map<string, RowStatements>): RowScheduleAtWork {
  const { definition } = owned;
  return {
    ...owned,
    ...{ db, now },
    settings: settingsOf(definition),
    book: createRowBook(definition),
    tally: createRowTally(),
    statements: () => {
      const statements = found.get(definition.name);
      if (statements) return statements;
      throw new SchedulerError('NOT_STARTED', `the row schedule "${definition.name}" has not been started`);
    },
  };
}

const processOf = (schedule: RowScheduleAtWork, { clock, random, times }: RowDeps): ProcessDefinition =>
  createRowProcess({
    ...{ schedule, handler: handlerOf(schedule), clock, random },
    ...(times === undefined ? {} : { times: times(schedule.definition.name) }),
  });

function handlerOf(schedule: RowScheduleAtWork): BatchHandler {
  const { definition, host, state } = schedule;
  if (definition.run) return enqueueOccurrences(schedule);
  const log = host.logger.child({ row_schedule: definition.name });
  return async (tx, occurrences, signal) => definition.inTransaction?.(tx, occurrences, { signal, log, host, state });
}

const zonesOf = (schedules: readonly RowScheduleAtWork[], db: Database): ZoneUpdate =>
  createZoneUpdate({
    db,
    process: 'row-timezone-update',
    metaKey: 'rows_tz_version',
    description: 'Recomputes next runs of row schedules after a change of the time zone database',
    recomputeAll: async (context) => {
      let [looked, moved] = [0, 0];
      for (const schedule of schedules) {
        const so = await replanForNewRules(schedule, context.closing, (page) =>
          context.progress(looked + page.looked, null, `${moved + page.moved} moved`),
        );
        looked += so.looked;
        moved += so.moved;
      }
      return { processed_count: looked, moved };
    },
  });

async function statementsOf(db: Database, definition: AnyRowSchedule): Promise<RowStatements> {
  const names = namesOf(definition);
  const refuse = (what: string): SchedulerError =>
    new SchedulerError('INVALID_CONFIG', `row schedule "${definition.name}": ${what}`, { table: definition.table });
  const qualified = await qualifiedTable(db, db.schema, definition);
  const types = qualified === null ? new Map<string, string>() : await columnTypes(db, qualified);
  if (qualified === null || types.size === 0) throw refuse(`the table ${definition.table} does not exist`);
  if (!types.has(`${names.prefix}_revision`))
    throw refuse(`${qualified} has not been migrated: run "punctual migrate up"`);
  const keyType = types.get(names.key);
  if (keyType === undefined) throw refuse(`${qualified} has no column ${names.key}`);
  return rowStatements(names, qualified, keyType);
}
