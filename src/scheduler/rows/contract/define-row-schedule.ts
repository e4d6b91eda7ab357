// A row schedule: a table of the host whose rows each have their own schedule, described by a constant.
import { collectAll, isObject, throwErrors, type Rule, type RulesOf } from '../../../base/options/check-options.js';
import type { FieldError } from '../../../base/errors.js';
import {
  callback,
  listOf,
  matching,
  nonEmpty,
  object,
  options,
  required,
  wholeNumber,
} from '../../../base/options/option-rules.js';
import type { Db } from '../../../db/database.js';
import { normalizeSchedule, type ScheduleInput, type ScheduleLike } from '../../schedule/index.js';
import type { RowContext, RowOccurrence, RowOutcome, RowRunOutcome } from './row-occurrence.js';

/**
 * A row's schedule if it is not a single JSON column: the columns, and a function that reads them. `read` must be pure: it is called again
 * whenever one of the columns (or the zone) changes. If it throws or returns an invalid schedule, the row is suspended, with the reason.
 */
export interface ScheduleColumns {
  readonly columns: readonly string[];
  read(row: Readonly<Record<string, unknown>>): ScheduleLike;
}

/** Defaults for rows whose schedule does not set them. */
export type RowPolicies = Pick<
  ScheduleInput,
  'dstGap' | 'dstOverlap' | 'monthEnd' | 'misfire' | 'misfireGraceS' | 'misfireCap' | 'spreadS'
>;

/** The table and the names of its columns. */
export interface RowTable {
  /**
   * Unique in a scheduler; lower-case letters, digits, `_` and `-`. It is also the name of the process with which the schedule is paused,
   * triggered and watched, and identifies the schedule in the ledger: a new name begins a new history.
   */
  readonly name: string;
  /** Shown to operators. */
  readonly description?: string;
  /** `invoice_reminders`, with its schema `crm.invoice_reminders`, or in the scheduler's own schema `{schema}.invoice_reminders`. */
  readonly table: string;
  /** A table that the host may have, used if `table` does not exist. Meant for the tables of modules. */
  readonly adopts?: string;
  /** A column of one type that is unique and not null. Default `id`. */
  readonly key?: string;
  /** The column with each row's IANA time zone. Default: the zone in the row's schedule, or else `defaultTimezone`. */
  readonly timezone?: string;
  /** The zone of rows that do not name one. Default `UTC`. */
  readonly defaultTimezone?: string;
  /** A `json`, `jsonb` or `text` column with the whole schedule, the columns that make it up, or one schedule for all rows. */
  readonly schedule: string | ScheduleColumns | ScheduleInput;
  /** A boolean column: rows in which it is not true are paused. */
  readonly active?: string;
  /** The column with the tenant, for fair shares between tenants in the job queue. */
  readonly tenant?: string;
  /**
   * A `timestamptz` column of the table that says when each row is due. The host's SQL may write it: a time is when the row runs next, null
   * plans it again. Default: `<prefix>_next_run_at`, which is added.
   */
  readonly nextRun?: string;
  /** Prefix of the names of added columns. Two schedules over one table need different ones. Default `punctual`. */
  readonly prefix?: string;
  /** Defaults for rows whose schedule does not set them. */
  readonly policies?: RowPolicies;
}

export interface RowScheduleDefinition<S = undefined, C extends string = string> extends RowTable {
  /** Columns that the handler needs: `occurrence.row`. */
  readonly columns?: readonly C[];
  /** Rows that are locked, planned and passed to the handler in one transaction. Default 500. */
  readonly batchSize?: number;
  /** Batches at once in one instance. Default 2. */
  readonly parallel?: number;
  /** For `run`: occurrences at once in one instance. Default: the limit of the queue. */
  readonly concurrency?: number;
  /** Time limit of a batch of `inTransaction`, default 30,000; or of one attempt of `run`, default 300,000. */
  readonly timeoutMs?: number;
  /** Attempts of one occurrence before it is given up. Default 5. */
  readonly maxAttempts?: number;
  /** Seconds before the second attempt; doubles with each further one. Default 60. */
  readonly retryBaseS?: number;
  /** Number of consecutive occurrences given up after which the row is suspended; 0: never. Default 5. */
  readonly suspendAfter?: number;
  /** Health is `degraded` while the earliest due row has waited for longer than this many seconds. Default 120. */
  readonly lagWarnS?: number;
  /**
   * Receives a batch of due rows, which are locked. What it writes through `tx`, the rows' next runs and the ledger commit together. It
   * returns one outcome for each occurrence, in their order, or nothing when all are completed. When it throws, the batch is rolled back
   * and passed again in smaller parts, down to single rows; a row that fails alone is postponed, with the error. It must not do anything
   * that cannot be rolled back.
   */
  inTransaction?(
    tx: Db,
    occurrences: readonly RowOccurrence<C>[],
    context: RowContext<S>,
  ): Promise<readonly RowOutcome[] | void>;
  /**
   * Runs each occurrence as a job of the type `rows.<name>`, which is stored in the transaction that advances the row: attempts, back-off,
   * fencing and recovery are those of the job queue. Throwing is a failed attempt. It must respect `context.signal`.
   */
  run?(occurrence: RowOccurrence<C>, context: RowContext<S>): Promise<RowRunOutcome | void>;
}

/** Any row schedule, whatever its handler needs. */
export type AnyRowSchedule = RowScheduleDefinition<unknown>;

const column = matching(/^[^"\0]{1,63}$/, 'the name of a column');
const table = matching(/^([^."]+\.)?[^."]+$/, 'a name, or a schema and a name with a dot between them');

const COLUMNS_RULES: RulesOf<ScheduleColumns> = {
  columns: required(listOf(column, { min: 1 })),
  read: required(callback),
};
const scheduleColumns = options(COLUMNS_RULES);

/** A column, columns with a function, or one schedule, whose fields are checked as those of any schedule. */
const schedule: Rule = {
  allows: 'the name of a column, an object with `columns` and `read`, or a schedule',
  check: (value, path, errors) => {
    if (isObject(value)) return 'read' in value ? scheduleColumns.check(value, path, errors) : undefined;
    return column.check(value, path, errors);
  },
};

export const ROW_RULES: RulesOf<AnyRowSchedule> = {
  name: required(matching(/^[a-z][a-z0-9_-]{0,39}$/, 'a name of up to 40 lower-case letters, digits, `_` and `-`')),
  description: nonEmpty,
  table: required(table),
  adopts: table,
  key: column,
  timezone: column,
  defaultTimezone: nonEmpty,
  schedule: required(schedule),
  active: column,
  tenant: column,
  nextRun: column,
  prefix: matching(/^[a-z][a-z0-9_]{0,29}$/, 'a name of up to 30 lower-case letters, digits and `_`'),
  policies: object,
  columns: listOf(column),
  batchSize: wholeNumber(1, 5_000),
  parallel: wholeNumber(1, 32),
  concurrency: wholeNumber(1, 10_000),
  timeoutMs: wholeNumber(1, 86_400_000, 'milliseconds'),
  maxAttempts: wholeNumber(1, 100),
  retryBaseS: wholeNumber(1, 86_400, 'seconds'),
  suspendAfter: wholeNumber(0, 10_000),
  lagWarnS: wholeNumber(1, 31_536_000, 'seconds'),
  inTransaction: callback,
  run: callback,
};

/**
 * Checks a definition and returns it. Throws INVALID_CONFIG, with the path of what is wrong; INVALID_SCHEDULE for one schedule for
 * all rows that is none.
 */
export function defineRowSchedule<S = undefined, const C extends string = never>(
  definition: RowScheduleDefinition<S, C>,
): RowScheduleDefinition<S, C> {
  const errors: FieldError[] = [];
  collectAll(definition, ROW_RULES, '', errors);
  if (definition && (definition.run === undefined) === (definition.inTransaction === undefined)) {
    errors.push({ path: 'run', message: 'or inTransaction must be given, not both' });
  }
  throwErrors('INVALID_CONFIG', `row schedule "${String(definition?.name)}"`, errors);
  const { schedule, policies, defaultTimezone: timezone = 'UTC' } = definition;
  if (isConstant(schedule)) normalizeSchedule({ ...policies, timezone, ...schedule });
  else normalizeSchedule({ ...policies, timezone });
  return definition;
}

/** One schedule for all rows. */
export const isConstant = (schedule: RowTable['schedule']): schedule is ScheduleInput =>
  typeof schedule === 'object' && !('read' in schedule);
