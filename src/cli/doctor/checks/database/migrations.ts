// Whether the database has the structure that this version needs: pending migrations, and differences from what was applied.
import { appliedSql, migrate, migrationStatus, type SetStatus } from '../../../../compose/database/migrate.js';
import { readTables } from '../../../../db/doctor/structure.js';
import { plural } from '../../../output/words.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';
import { expectedObjects } from '../../expected-objects.js';

export interface MigrationFacts {
  readonly sets: readonly Pick<SetStatus, 'set' | 'pending' | 'functions' | 'newer'>[];
  /** Tables that applied migrations created and that no longer exist. */
  readonly goneTables: readonly string[];
}

const named = (sets: MigrationFacts['sets'], part: 'pending' | 'functions'): string[] =>
  sets.filter(({ newer }) => !newer).flatMap((set) => set[part].map((name) => `${set.set}/${name}`));

function decideMigrations({ sets, goneTables }: MigrationFacts): Finding {
  if (goneTables.length > 0) {
    return {
      status: 'fail',
      message: `the migration history lists these tables, but they no longer exist: ${goneTables.join(', ')}`,
      todo: 'restore them from a backup; their contents cannot be recreated',
    };
  }
  const pending = named(sets, 'pending');
  if (pending.length > 0) {
    return {
      status: 'fail',
      message: `${plural(pending.length, 'migration')} pending: ${pending.slice(0, 5).join(', ')}`,
      todo: 'punctual migrate up',
    };
  }
  const changed = named(sets, 'functions');
  if (changed.length > 0) {
    return {
      status: 'warn',
      message: `${plural(changed.length, 'function')} of another version: ${changed.slice(0, 5).join(', ')}`,
      todo: 'punctual migrate up',
    };
  }
  const newer = sets.filter((set) => set.newer).map(({ set }) => set);
  if (newer.length > 0) {
    return {
      status: 'warn',
      message: `a newer version of the package has migrated ${newer.join(', ')}`,
      todo: 'upgrade this installation of the package',
    };
  }
  return ok(`${plural(sets.length, 'set')} up to date`);
}

async function probe({ migrations, db }: Patient): Promise<MigrationFacts> {
  const options = await migrations();
  const sets = await migrationStatus(options);
  const there = new Set(await readTables(db));
  const { tables } = expectedObjects(db.schema, await appliedSql(options));
  return { sets, goneTables: tables.filter((table) => !there.has(table)) };
}

/** The same as a start of the server does: additive changes, under a lock. */
async function fix({ migrations }: Patient, { sets, goneTables }: MigrationFacts): Promise<string | null> {
  if (goneTables.length > 0 || sets.some(({ newer }) => newer)) return null;
  const { applied, functions } = await migrate(await migrations());
  return `applied ${plural(applied.length, 'migration')} and ${plural(functions.length, 'function')}`;
}

export const migrationsCheck = defineCheck<MigrationFacts>({
  name: 'migrations',
  needsDatabase: true,
  probe,
  decide: decideMigrations,
  fix,
});
