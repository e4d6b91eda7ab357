// A set of migrations: the tables and functions of one part of the package, or of a module. Each set has its own history.
import { readdir, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { SchedulerError } from '../../base/errors.js';
import type { Db } from '../database.js';
import { fillIn } from '../names.js';

export interface MigrationSet {
  /** `engine`, `queue`, `subscriptions`, or the name of a module. */
  readonly name: string;
  /** Numbered SQL files (`0001_jobs.sql`), each applied once, in order, in a transaction of its own. */
  readonly migrations?: URL;
  /** SQL files with `CREATE OR REPLACE FUNCTION`, applied again whenever their text changes. */
  readonly functions?: URL;
  /**
   * Checks the database before anything is changed, with the search path of the connection. Returns the values of placeholders other than
   * `{schema}`; throws MIGRATION_REFUSED if the set cannot be applied.
   */
  readonly prepare?: (session: Db, schema: string) => Promise<Readonly<Record<string, string>>>;
  /** Runs after the set has been applied for the first time; returns notices for operators. */
  readonly installed?: (session: Db, values: Readonly<Record<string, string>>) => Promise<readonly string[]>;
}

export interface SqlFile {
  readonly name: string;
  /** With every placeholder filled in. */
  readonly sql: string;
  readonly checksum: string;
}

const NUMBERED = /^\d{4}_[a-z0-9_]+\.sql$/;
const PLAIN = /^[a-z0-9_]+\.sql$/;

/** The files of a folder in the order in which they are applied. Throws INVALID_CONFIG for a name that is out of order. */
async function readFolder(
  folder: URL | undefined,
  pattern: RegExp,
  values: Readonly<Record<string, string>>,
): Promise<readonly SqlFile[]> {
  if (folder === undefined) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const odd = names.find((name) => !pattern.test(name));
  if (odd !== undefined) {
    throw new SchedulerError('INVALID_CONFIG', `${odd} in ${folder.href} must have a name like 0001_invoices.sql`);
  }
  return Promise.all(
    names.map(async (file): Promise<SqlFile> => {
      const sql = fillIn(await readFile(new URL(file, withSlash(folder)), 'utf8'), values);
      return { name: file.slice(0, -'.sql'.length), sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

const withSlash = (folder: URL): URL => (folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`));

export interface SetFiles {
  readonly migrations: readonly SqlFile[];
  readonly functions: readonly SqlFile[];
}

/** The SQL of a set with its placeholders filled in. */
export async function readSet(
  { migrations, functions }: MigrationSet,
  values: Readonly<Record<string, string>>,
): Promise<SetFiles> {
  return {
    migrations: await readFolder(migrations, NUMBERED, values),
    functions: await readFolder(functions, PLAIN, values),
  };
}

export interface SetHistory {
  /** Names of migrations that were applied. */
  readonly migrations: readonly string[];
  /** Checksums of functions by name. */
  readonly functions: Readonly<Record<string, string>>;
  /** The newest version of the package that has applied anything; null: nothing has been applied. */
  readonly version: string | null;
}

export interface SetPlan {
  readonly set: string;
  /** Nothing of the set has been applied yet. */
  readonly first: boolean;
  /** Its functions do not exist yet. */
  readonly withoutFunctions: boolean;
  /** The database was migrated by a newer version: nothing is applied, and its functions are not changed. */
  readonly newer: boolean;
  readonly migrations: readonly SqlFile[];
  readonly functions: readonly SqlFile[];
}

/** What is missing. Pure. Migrations only add, so that an older version works with the structure of a newer one. */
export function planSet(set: string, files: SetFiles, history: SetHistory, version: string): SetPlan {
  const known = new Set(files.migrations.map((file) => file.name));
  const newer =
    history.migrations.some((applied) => !known.has(applied)) ||
    (history.version !== null && isNewer(history.version, version));
  const applied = new Set(history.migrations);
  return {
    set,
    first: history.migrations.length === 0 && history.version === null,
    withoutFunctions: Object.keys(history.functions).length === 0,
    newer,
    migrations: newer ? [] : files.migrations.filter((file) => !applied.has(file.name)),
    functions: newer ? [] : files.functions.filter((file) => history.functions[file.name] !== file.checksum),
  };
}

const numbersOf = (version: string): readonly number[] => version.split(/[.+-]/).slice(0, 3).map(Number);

/** By major, minor and patch; a pre-release counts as its release. */
export function isNewer(one: string, other: string): boolean {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  const index = a.findIndex((part, at) => part !== b[at]);
  return index !== -1 && (a[index] ?? 0) > (b[index] ?? 0);
}
