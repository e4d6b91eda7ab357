// A module: one folder that adds tables, jobs, processes, routes, health and metrics to a scheduler. A host can write its own.
import type { Registry } from 'prom-client';
import { checkOptions, type RulesOf } from '../../base/options/check-options.js';
import { isBuiltIn, type ErrorTable } from '../../base/error-codes.js';
import { SchedulerError } from '../../base/errors.js';
import { anyText, callback, listOf, nonEmpty, object, required, rule } from '../../base/options/option-rules.js';
import type { AdminPage } from '../contracts/admin-page.js';
import type { ProcessDefinition } from '../contracts/define-process.js';
import type { RetentionRule } from '../contracts/retention-rule.js';
import type { Route } from '../contracts/route.js';
import type { UserJobView } from '../contracts/user-jobs.js';
import type { AnyJob, JobEndListener } from '../queue/index.js';
import type { RowScheduleDefinition } from '../rows/index.js';
import type { ModuleHost } from '../host/module-host.js';
import { checkAdminPages } from './check-admin-pages.js';

/** The health of a module. `degraded` and `down` appear as warnings; `details` must not contain secrets. */
export interface HealthPart {
  readonly status: 'ok' | 'degraded' | 'down';
  /** What an operator should know or do. */
  readonly message?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A table of the host whose columns may have names other than those in the module's SQL files. */
export interface AdoptedTable {
  readonly table: string;
  /** The host's name of each column: `{ mail: 'email_address' }` makes `{host_people_mail}` the text `'email_address'`. */
  readonly columns?: Readonly<Record<string, string>>;
  /** The migration is refused where the search path has no such table. Default false. */
  readonly required?: boolean;
}

/** A list, or a function that returns it. Declared as a method so that modules with different types of state fit into one list. */
export type ListOf<T, S> = readonly T[] | { make(host: ModuleHost, state: S): readonly T[] }['make'];

/**
 * What a module adds. Every member except `name` is optional. `create` runs once for each scheduler; its result is passed to the other
 * members and returned by `scheduler.module(definition)`.
 */
export interface ModuleDefinition<S = unknown> {
  /** Unique; lower-case letters, digits and `_`. Its tables should begin with it. */
  readonly name: string;
  /** Shown to operators. */
  readonly description?: string;
  /** Folder of numbered SQL files (`0001_invoices.sql`) in which `{schema}` stands for the scheduler's schema. */
  readonly migrations?: URL;
  /**
   * Tables that the host may have, by the placeholder that stands for them in the SQL files: with `{ host_people: 'crm.people' }`,
   * `{host_people}` is the text of the table's qualified name, or `NULL` where the search path has no such table.
   */
  readonly adopts?: Readonly<Record<string, string | AdoptedTable>>;
  /** Folder of SQL files with functions and triggers, applied again whenever their text changes. */
  readonly functions?: URL;
  /** Providers whose API keys a workspace may store: `PUT /admin/workspaces/:id/keys/:provider`. */
  readonly keyProviders?: readonly string[];
  /** How long rows of its tables are kept. */
  readonly retention?: readonly RetentionRule[];
  /** Error codes that it adds, for the reference; `errorsOf` creates errors from them. */
  readonly errors?: ErrorTable;
  /** Creates the state that the other members receive as `state`. */
  create?(host: ModuleHost): S;
  /** Services for other modules, by name; they are obtained with `host.use(name)`. Called once, after every module's `create`. */
  provides?(host: ModuleHost, state: S): Readonly<Record<string, unknown>>;
  /** Job types, made with `defineJob`. */
  readonly jobs?: ListOf<AnyJob, S>;
  /** Processes, made with `defineProcess`. */
  readonly processes?: ListOf<ProcessDefinition, S>;
  /** Row schedules over the module's tables. The list cannot depend on the host, because migrations are derived from it. */
  readonly rows?: readonly RowScheduleDefinition<S>[];
  /** Called when jobs end, in the transaction that records it. */
  jobEnds?(host: ModuleHost, state: S): JobEndListener;
  /** How the application's users see jobs of the module's types under `/api/jobs`. Default: like any other job. */
  userJobs?(host: ModuleHost, state: S): UserJobView;
  /** Routes under `/admin`, behind its authentication. */
  adminRoutes?(host: ModuleHost, state: S): readonly Route[];
  /** Its pages in the dashboard: lists of its admin routes. */
  readonly adminPages?: readonly AdminPage[];
  /** Routes under `/api`, behind the authentication of the application's users. */
  userRoutes?(host: ModuleHost, state: S): readonly Route[];
  /** Routes under `/api` without authentication: each route must check its own token or signature. */
  publicRoutes?(host: ModuleHost, state: S): readonly Route[];
  /** Reports the module's health, for `/api/health` and the status page. */
  health?(host: ModuleHost, state: S): HealthPart | Promise<HealthPart>;
  /** Registers metrics, whose names should begin with `punctual_<module>_`. */
  metrics?(host: ModuleHost, registry: Registry, state: S): void;
  /** Runs after the scheduler has started and before its worker takes jobs. */
  start?(host: ModuleHost, state: S): void | Promise<void>;
  /** Runs after the worker has stopped, while the database is still there. */
  stop?(host: ModuleHost, state: S): void | Promise<void>;
}

const folder = rule('a file: URL of a folder', (value) => value instanceof URL && value.protocol === 'file:');
const listOrMaker = rule(
  'a list, or a function that returns one',
  (value) => Array.isArray(value) || typeof value === 'function',
);

export const MODULE_RULES: RulesOf<ModuleDefinition> = {
  name: required(anyText),
  description: nonEmpty,
  migrations: folder,
  functions: folder,
  adopts: object,
  keyProviders: listOf(nonEmpty),
  retention: listOf(object),
  rows: listOf(object),
  errors: object,
  create: callback,
  provides: callback,
  jobs: listOrMaker,
  processes: listOrMaker,
  jobEnds: callback,
  userJobs: callback,
  adminRoutes: callback,
  adminPages: listOf(object),
  userRoutes: callback,
  publicRoutes: callback,
  health: callback,
  metrics: callback,
  start: callback,
  stop: callback,
};

const NAME = /^[a-z][a-z0-9_]{0,30}$/;
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;
const PLACEHOLDER = /^host_[a-z_]{1,40}$/;
const COLUMN_PLACEHOLDER = /^[a-z_]{1,40}$/;
const HOST_COLUMN = /^[^"\0]{1,63}$/;
const HOST_TABLE = /^[^."]{1,63}(\.[^."]{1,63})?$/;
const ERROR_CODE = /^[A-Z][A-Z0-9_]{0,62}$/;
/** Names of our own migration sets. */
const TAKEN = new Set(['engine', 'queue', 'subscriptions']);

/** Checks a definition and returns it. Throws INVALID_CONFIG with the path of the error. */
export function defineModule<S = undefined>(definition: ModuleDefinition<S>): ModuleDefinition<S> {
  const refuse = (path: string, message: string): never => {
    throw new SchedulerError('INVALID_CONFIG', `module "${definition.name}": ${path} ${message}`, {
      errors: [{ path, message }],
    });
  };
  checkOptions('INVALID_CONFIG', 'defineModule', definition, MODULE_RULES);
  if (!NAME.test(definition.name)) refuse('name', `must match ${String(NAME)}`);
  if (TAKEN.has(definition.name)) refuse('name', 'is the name of one of our own parts');
  for (const code of Object.keys(definition.errors ?? {})) {
    if (!ERROR_CODE.test(code)) refuse(`errors.${code}`, `must match ${String(ERROR_CODE)}`);
    if (isBuiltIn(code)) refuse(`errors.${code}`, 'is one of our own codes');
  }
  for (const [placeholder, adopted] of Object.entries(definition.adopts ?? {})) {
    const { table, columns = {} } = typeof adopted === 'string' ? { table: adopted } : adopted;
    if (!PLACEHOLDER.test(placeholder)) refuse(`adopts.${placeholder}`, `must match ${String(PLACEHOLDER)}`);
    if (!HOST_TABLE.test(table))
      refuse(`adopts.${placeholder}`, 'must be the name of a table, such as `people` or `crm.people`');
    for (const [name, column] of Object.entries(columns)) {
      const path = `adopts.${placeholder}.columns.${name}`;
      if (!COLUMN_PLACEHOLDER.test(name)) refuse(path, `must match ${String(COLUMN_PLACEHOLDER)}`);
      if (!HOST_COLUMN.test(column)) refuse(path, 'must be the name of a column');
    }
  }
  checkAdminPages(definition.adminPages ?? [], refuse);
  definition.retention?.forEach(({ table, keepDays, column = 'created_at' }, index) => {
    if (!IDENTIFIER.test(table)) refuse(`retention.${index}.table`, 'must be a plain lower-case name');
    if (!IDENTIFIER.test(column)) refuse(`retention.${index}.column`, 'must be a plain lower-case name');
    if (!(Number.isInteger(keepDays) && keepDays >= 1 && keepDays <= 36_500)) {
      refuse(`retention.${index}.keepDays`, 'must be a whole number of days from 1 to 36,500');
    }
  });
  return definition;
}
