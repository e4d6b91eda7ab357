// A running row schedule: its definition with every default filled in, its statements, and the reader of its schedules.
import type { Database } from '../../db/database.js';
import type { RowNames } from '../../db/rows/row-names.js';
import type { RowStatements } from '../../db/rows/row-statements.js';
import type { ModuleHost } from '../host/module-host.js';
import type { AnyRowSchedule, RowTable } from './contract/define-row-schedule.js';
import type { RowBook } from './plan/row-book.js';
import { scheduleColumns } from './plan/row-book.js';
import type { RowTally } from './row-tally.js';

/** A definition and the context of its handler. */
export interface OwnedRowSchedule {
  readonly definition: AnyRowSchedule;
  readonly host: ModuleHost;
  readonly state: unknown;
}

export interface RowSettings {
  readonly batchSize: number;
  readonly parallel: number;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly retryBaseS: number;
  readonly suspendAfter: number;
  readonly lagWarnS: number;
}

export interface RowScheduleAtWork extends OwnedRowSchedule {
  readonly settings: RowSettings;
  readonly book: RowBook;
  readonly tally: RowTally;
  readonly db: Database;
  /** Throws NOT_STARTED before `start` has found the table. */
  statements(): RowStatements;
  /** Only for tests with a clock of their own; null is the database's. */
  readonly now: () => Date | null;
}

const BATCH_MS = 30_000;
const RUN_MS = 300_000;

export const settingsOf = (definition: AnyRowSchedule): RowSettings => ({
  batchSize: definition.batchSize ?? 500,
  parallel: definition.parallel ?? 2,
  timeoutMs: definition.timeoutMs ?? (definition.run ? RUN_MS : BATCH_MS),
  maxAttempts: definition.maxAttempts ?? 5,
  retryBaseS: definition.retryBaseS ?? 60,
  suspendAfter: definition.suspendAfter ?? 5,
  lagWarnS: definition.lagWarnS ?? 120,
});

export const namesOf = (table: RowTable & { readonly columns?: readonly string[] }): RowNames => ({
  name: table.name,
  table: table.table,
  adopts: table.adopts ?? null,
  key: table.key ?? 'id',
  nextRun: table.nextRun ?? null,
  prefix: table.prefix ?? 'punctual',
  active: table.active ?? null,
  tenant: table.tenant ?? null,
  timezone: table.timezone ?? null,
  schedule: scheduleColumns(table),
  columns: table.columns ?? [],
});
