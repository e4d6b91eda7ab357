// What `punctual migrate` does; loaded only when it is called, so that `punctual --help` is quick.
import { loadConfig, type Config } from '../../../base/config/config.js';
import { SchedulerError } from '../../../base/errors.js';
import { createLogger } from '../../../base/logger.js';
import {
  migrate,
  migrationSql,
  migrationStatus,
  type MigrateOptions,
  type SetStatus,
} from '../../../compose/database/migrate.js';
import { serverModules } from '../../../compose/modules.js';

export interface Output {
  readonly json?: boolean;
}

/** From the same variables as the server. Throws INVALID_CONFIG without a database. */
const target = (): Promise<MigrateOptions> => migrationTarget(loadConfig(process.env, { needed: [] }));

export async function migrationTarget(config: Config): Promise<MigrateOptions> {
  const { directUrl: connectionString, schema } = config.database;
  if (connectionString === null) {
    throw new SchedulerError('INVALID_CONFIG', 'set DATABASE_URL (or DATABASE_DIRECT_URL) to the database to migrate');
  }
  const { table, processingTable } = config.subscriptions;
  const subscriptions = { ...(table ? { table } : {}), ...(processingTable ? { processingTable } : {}) };
  return { connectionString, schema, subscriptions, modules: await serverModules(config) };
}

export async function up({ json = false }: Output): Promise<void> {
  const logger = createLogger({ level: json ? 'error' : 'info', format: 'pretty' });
  const result = await migrate({ ...(await target()), logger });
  if (json) console.log(JSON.stringify(result));
  else if (result.applied.length + result.functions.length === 0) console.log('nothing to migrate');
}

export async function status({ json = false }: Output): Promise<void> {
  const sets = await migrationStatus(await target());
  if (json) console.log(JSON.stringify(sets));
  else console.log(sets.flatMap(linesOf).join('\n'));
}

function linesOf({ set, applied, pending, functions, newer }: SetStatus): readonly string[] {
  const line = (state: string, name: string): string => `${state.padEnd(8)} ${set}/${name}`;
  return [
    ...applied.map((name) => line('applied', name)),
    ...pending.map((name) => line('pending', name)),
    ...functions.map((name) => line('changed', `functions/${name}`)),
    ...(newer ? [`${set}: a newer version has migrated this database`] : []),
  ];
}

export async function sql({ json = false }: Output): Promise<void> {
  const text = await migrationSql(await target());
  console.log(json ? JSON.stringify({ sql: text }) : text);
}
