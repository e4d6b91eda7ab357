// Migrations for hosts and the command line: the sets depend on what is used.
import type pg from 'pg';
import { checkOptions, type RulesOf } from '../../base/options/check-options.js';
import { anything, listOf, object } from '../../base/options/option-rules.js';
import { silentLogger, type Logger } from '../../base/logger.js';
import type { Db } from '../../db/database.js';
import { engineSet } from '../../db/engine/engine-set.js';
import { findHostTables } from '../../db/migrations/host-tables.js';
import * as sets from '../../db/migrate.js';
import type { MigrateResult, SetStatus } from '../../db/migrate.js';
import type { MigrationSet } from '../../db/migrations/migration-set.js';
import { queueSet } from '../../db/queue/queue-set.js';
import { rowSets } from '../../db/rows/row-sets.js';
import type { TableNames } from '../../db/subscriptions/adoption/find-tables.js';
import { subscriptionSet } from '../../db/subscriptions/subscription-set.js';
import { logger, pool, postgresUrl, schemaName } from '../options/option-parts.js';
import type { AnyModule } from '../../scheduler/modules/index.js';
import { namesOf, type AnyRowSchedule } from '../../scheduler/rows/index.js';

export interface WhatIsUsed {
  /** The names of the host's tables; `false`: no subscriptions, and their tables are not touched. Default: the usual names. */
  readonly subscriptions?: TableNames | false;
  readonly modules?: readonly AnyModule[];
  /** Row schedules outside modules. */
  readonly rows?: readonly AnyRowSchedule[];
}

export interface MigrateOptions extends WhatIsUsed {
  /** Either this, `pool` or `client`. Must not go through a transaction pooler. */
  readonly connectionString?: string;
  readonly pool?: pg.Pool;
  readonly client?: pg.ClientConfig;
  /** The schema of Punctual's own tables. Default `punctual`. */
  readonly schema?: string;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
}

export const MIGRATE_RULES: RulesOf<MigrateOptions> = {
  connectionString: postgresUrl,
  pool,
  client: object,
  schema: schemaName,
  logger,
  subscriptions: anything,
  modules: listOf(object),
  rows: listOf(object),
};

/** Engine and queue always; the others only if they are used. */
export const migrationSets = ({ subscriptions = {}, modules = [], rows = [] }: WhatIsUsed): readonly MigrationSet[] => [
  engineSet,
  queueSet,
  ...(subscriptions === false ? [] : [subscriptionSet(subscriptions)]),
  ...modules.flatMap(({ name, migrations, functions, adopts }) =>
    migrations || functions
      ? [
          {
            name,
            ...(migrations ? { migrations } : {}),
            ...(functions ? { functions } : {}),
            ...(adopts ? { prepare: (session: Db, schema: string) => findHostTables(session, schema, adopts) } : {}),
          },
        ]
      : [],
  ),
  ...rowSets([...rows, ...modules.flatMap((module) => module.rows ?? [])].map(namesOf)),
];

function toSets(options: MigrateOptions) {
  checkOptions('INVALID_CONFIG', 'migrate', options, MIGRATE_RULES);
  const { schema = 'punctual', logger = silentLogger, subscriptions = {}, modules = [], rows = [], ...where } = options;
  return { ...where, schema, logger, sets: migrationSets({ subscriptions, modules, rows }) };
}

/**
 * Migrates the database to the structure that this version needs. Any number of processes may call it at once: one migrates, the others
 * wait. Throws MIGRATION_REFUSED, whose message says what to do, if that is not possible; DATABASE_UNSUITABLE through a transaction pooler.
 */
export const migrate = async (options: MigrateOptions): Promise<MigrateResult> => sets.migrate(toSets(options));

/** What has been applied and what is pending; changes nothing. */
export const migrationStatus = async (options: MigrateOptions): Promise<readonly SetStatus[]> =>
  sets.migrationStatus(toSets(options));

/** The SQL that `migrate` would run now; changes nothing. */
export const migrationSql = async (options: MigrateOptions): Promise<string> => sets.migrationSql(toSets(options));

/** This version's SQL of the migrations that have been applied; changes nothing. */
export const appliedSql = (options: MigrateOptions): Promise<readonly string[]> => sets.appliedSql(toSets(options));

export type { MigrateResult, SetStatus };
