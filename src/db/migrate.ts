// Migrates the database to the structure that this version needs: sets of numbered SQL files, a transaction each, under one lock.
import type pg from 'pg';
import { SchedulerError, toError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { sleep } from '../base/timing/sleep.js';
import { VERSION } from '../base/version.js';
import { withSchema, type Db } from './database.js';
import { convertHistory, dropFormerFunctions, hasFormerHistory } from './migrations/former-history.js';
import { checkSchema, openHistory, readHistory, record } from './migrations/history.js';
import { planSet, readSet, type MigrationSet, type SetPlan, type SqlFile } from './migrations/migration-set.js';
import { placeholders, quoteIdentifier, SUBSCRIPTION_TABLES } from './names.js';
import { cancelStatement } from './connect/end-connection.js';
import { newClient, withHosts } from './connect/new-client.js';
import { configOfPool, findBackend } from './pool.js';
import { statementError, unavailable } from './wire/connection-errors.js';
import { RESULT_TYPES } from './wire/result-types.js';
import { SET_FOR_SESSION } from './wire/session-settings.js';

export interface MigrateOptions {
  readonly connectionString?: string;
  /** Its settings are used for our own connection; nothing is run on the pool itself. */
  readonly pool?: pg.Pool;
  /** Settings of a direct connection; takes precedence over the other two. */
  readonly client?: pg.ClientConfig;
  /** The schema of our own tables, created if it is missing. */
  readonly schema: string;
  readonly sets: readonly MigrationSet[];
  readonly logger: Logger;
  /** The version of the package, for the history. Default: the current one. */
  readonly version?: string;
  /** When it aborts, the file that is being applied is rolled back, and `migrate` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface MigrateResult {
  /** Applied migrations, in order: `engine/0001_engine`. */
  readonly applied: readonly string[];
  /** Files of functions that were applied, for the first time or because they had changed. */
  readonly functions: readonly string[];
  /** Notices for operators. */
  readonly notes: readonly string[];
}

export interface SetStatus {
  readonly set: string;
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Files of functions that are missing or have changed. */
  readonly functions: readonly string[];
  /** A newer version of the package migrated this database. */
  readonly newer: boolean;
}

const LOCK_POLL_MS = 100;
const BLOCKED_ATTEMPTS = 20;
const BLOCKED_PAUSE_MS = 500;
const CANCEL_LIMIT_MS = 3_000;

/**
 * Applies what is missing, set by set, in the order of the numbers; a second call finds nothing to do. Any number of instances may call it
 * at once: one migrates, the others wait. Throws MIGRATION_REFUSED if the host's tables cannot be adopted, before anything is changed;
 * DATABASE_UNSUITABLE through a transaction pooler.
 */
export const migrate = (options: MigrateOptions): Promise<MigrateResult> =>
  onSession(options, async (session) => {
    await takeLock(session, options);
    return applySets(session, options);
  });

/** What has been applied and what is pending; changes nothing. */
export const migrationStatus = (options: MigrateOptions): Promise<readonly SetStatus[]> =>
  onSession(options, async (session) => {
    const statuses: SetStatus[] = [];
    for (const { plan, history } of await planAll(session, options)) {
      statuses.push({
        set: plan.set,
        applied: history.migrations,
        pending: plan.migrations.map(({ name }) => name),
        functions: plan.functions.map(({ name }) => name),
        newer: plan.newer,
      });
    }
    return statuses;
  });

/** The SQL that `migrate` would run on this database, to be applied by hand; changes nothing. */
export const migrationSql = (options: MigrateOptions): Promise<string> =>
  onSession(options, async (session) => {
    const plans = await planAll(session, options);
    return plans
      .flatMap(({ plan }) =>
        steps(plan).map(({ file }) => `-- ${plan.set}/${file.name}\nBEGIN;\n${file.sql.trim()}\nCOMMIT;\n`),
      )
      .join('\n');
  });

/** This version's SQL of every applied migration, in order; changes nothing. */
export const appliedSql = (options: MigrateOptions): Promise<readonly string[]> =>
  onSession(options, async (session) => {
    const texts: string[] = [];
    for (const { set, values, history } of await planAll(session, options)) {
      const { migrations } = await readSet(set, values);
      texts.push(...migrations.filter(({ name }) => history.migrations.includes(name)).map(({ sql }) => sql));
    }
    return texts;
  });

async function onSession<T>(options: MigrateOptions, work: (session: Db) => Promise<T>): Promise<T> {
  const client = newClient({ ...configOf(options), application_name: 'punctual-migrate', types: RESULT_TYPES });
  const session = withSchema(client, options.schema);
  client.on('error', (error) => options.logger.warn('migration connection lost', { error }));
  await client.connect().catch((error: unknown) => {
    throw unavailable(error);
  });
  const giveUp = (): void => void cancelStatement(client, withHosts(configOf(options)), CANCEL_LIMIT_MS);
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    options.signal?.throwIfAborted();
    await prepareSession(client);
    return await work(session);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
    await client.end(); // also releases the lock
  }
}

function configOf({ client, connectionString, pool }: MigrateOptions): pg.ClientConfig {
  if (client) return client;
  if (connectionString) return { connectionString };
  if (pool) return configOfPool(pool);
  throw new SchedulerError('INVALID_CONFIG', 'migrate needs a connection string, a pool or client settings');
}

async function prepareSession(client: pg.Client): Promise<void> {
  if ((await findBackend(client)) === null) {
    throw new SchedulerError(
      'DATABASE_UNSUITABLE',
      'migrations need a direct connection without a pooler: set DATABASE_DIRECT_URL',
    );
  }
  // a short lock_timeout prevents the host's statements from queueing up behind ours; functions come before the tables that they read
  await client.query(`${SET_FOR_SESSION}; SET statement_timeout = 0; SET lock_timeout = '3s'; SET timezone = 'UTC';
    SET check_function_bodies = off`);
}

/** Polls instead of waiting inside the server: a waiting statement would hold a snapshot all that time. */
async function takeLock(session: Db, { schema, logger, signal }: MigrateOptions): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { rows } = await session.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
      [`punctual.migrate:${schema}`],
    );
    if (rows[0]?.locked) return;
    if (tries === 0) logger.info('waiting for another instance to migrate', { schema });
    await sleep(LOCK_POLL_MS, signal);
    signal?.throwIfAborted();
  }
}

interface Planned {
  readonly set: MigrationSet;
  readonly values: Readonly<Record<string, string>>;
  readonly history: Awaited<ReturnType<typeof readHistory>>;
  readonly plan: SetPlan;
}

/** Every set is prepared before any is applied, so that a refusal comes before anything is changed. */
async function planAll(session: Db, options: MigrateOptions): Promise<readonly Planned[]> {
  const { schema, sets, version = VERSION } = options;
  const planned: Planned[] = [];
  for (const set of sets) {
    const found = await set.prepare?.(session, schema);
    const values = { ...placeholders(schema, SUBSCRIPTION_TABLES), ...found };
    const history = await readHistory(session, schema, set.name);
    planned.push({ set, values, history, plan: planSet(set.name, await readSet(set, values), history, version) });
  }
  return planned;
}

async function applySets(session: Db, options: MigrateOptions): Promise<MigrateResult> {
  const { schema, sets, logger, version = VERSION } = options;
  await checkSchema(session, schema);
  const former = await hasFormerHistory(session, schema);
  await planAll(session, options); // throws if a set must be refused
  await openHistory(session, schema);
  if (former) await convertHistory(session, schema, '0.0.0');
  const planned = await planAll(session, options);
  // from here on, unqualified names are ours or PostgreSQL's, whatever is in the search path
  await session.query('SET search_path = pg_catalog, pg_temp');
  const result = { applied: [] as string[], functions: [] as string[], notes: [] as string[] };
  for (const { set, values, plan } of planned) {
    if (plan.newer)
      logger.warn('the database was migrated by a newer version and is left unchanged', { set: set.name });
    for (const { kind, file } of steps(plan)) {
      options.signal?.throwIfAborted();
      await apply(session, options, { set: set.name, kind, file, version });
      result[kind === 'migration' ? 'applied' : 'functions'].push(`${set.name}/${file.name}`);
    }
    if (plan.first && set.installed) result.notes.push(...(await set.installed(session, values)));
  }
  if (result.functions.length > 0) await closeFunctions(session, schema);
  await dropFormerFunctions(session, schema, sets);
  if (result.applied.length + result.functions.length > 0) logger.info('database migrated', { schema, ...result });
  result.notes.forEach((note) => logger.warn(note, { schema }));
  return result;
}

/** By default PostgreSQL lets everyone call a new function. Ours require a grant. */
async function closeFunctions(session: Db, schema: string): Promise<void> {
  await session.query(`REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ${quoteIdentifier(schema)} FROM PUBLIC`);
}

type Step = { readonly kind: 'migration' | 'function'; readonly file: SqlFile };

/**
 * In a new database functions come before tables, because triggers refer to them. Later, changes of tables come first, because new
 * functions use them and old ones are unaffected: migrations only add.
 */
function steps({ withoutFunctions, migrations, functions }: SetPlan): readonly Step[] {
  const ofFunctions = functions.map((file): Step => ({ kind: 'function', file }));
  const ofMigrations = migrations.map((file): Step => ({ kind: 'migration', file }));
  return withoutFunctions ? [...ofFunctions, ...ofMigrations] : [...ofMigrations, ...ofFunctions];
}

/** Applies one file in its own transaction, and retries while another session holds a lock that it needs. */
async function apply(
  session: Db,
  { schema, logger, signal }: MigrateOptions,
  entry: Step & { readonly set: string; readonly version: string },
): Promise<void> {
  const name = `${entry.set}/${entry.file.name}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.query('BEGIN');
      await session.query(entry.file.sql);
      await record(session, schema, entry);
      await session.query('COMMIT');
      return;
    } catch (error) {
      await session.query('ROLLBACK');
      if (!isLockTimeout(error) || attempt === BLOCKED_ATTEMPTS) throw refusal(error, schema, name);
      logger.warn('migration is waiting for a lock held by another session', { attempt, schema, migration: name });
      await sleep(BLOCKED_PAUSE_MS, signal);
      signal?.throwIfAborted();
    }
  }
}

const isLockTimeout = (error: unknown): boolean => (error as { code?: unknown }).code === '55P03';

function refusal(thrown: unknown, schema: string, migration: string): SchedulerError {
  const error = statementError(thrown);
  if (error instanceof SchedulerError) return error;
  const message = `migration ${migration} failed and was rolled back: ${toError(error).message}`;
  return new SchedulerError('MIGRATION_REFUSED', message, { schema, migration }, { cause: error });
}
