// Migrations: each set once, by one of several, in order, under a schema of one's choice; what is not used makes nothing.
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate, migrationSql, migrationStatus, type MigrateOptions } from '../../src/compose/database/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { ALL_MODULES } from '../support/test-run/migrate-all.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.close());

const namesIn = (folder: string): string[] =>
  readdirSync(new URL(`../../src/db/${folder}`, import.meta.url))
    .map((name) => name.replace(/\.sql$/, ''))
    .sort();
const filesOf = (set: string): string[] => namesIn(`${set}/migrations`).map((name) => `${set}/${name}`);
const FILES = [...filesOf('engine'), ...filesOf('queue'), ...filesOf('subscriptions')];

const options = (): MigrateOptions => ({ connectionString: database.url });
const tablesIn = async (schema: string): Promise<string[]> => {
  const { rows } = await database.pool.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1',
    [schema],
  );
  return rows.map(({ name }) => name);
};

describe('migrate', () => {
  it('applies every file in order, and nothing the second time', async () => {
    expect((await migrate(options())).applied).toEqual(FILES);
    expect(await migrate(options())).toEqual({ applied: [], functions: [], notes: [] });
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT set_name || '/' || name AS name FROM punctual.schema_history WHERE kind = 'migration' ORDER BY applied_at`,
    );
    expect(rows.map(({ name }) => name)).toEqual(FILES);
  });

  it('makes nothing for what is not used, and adds it when it is', async () => {
    await migrate({ ...options(), subscriptions: false });
    expect(await tablesIn('public')).toEqual([]);
    const without = await tablesIn('punctual');
    expect(without).toContain('jobs');
    expect(without.filter((name) => /subscription|webhook|accounts/.test(name))).toEqual([]);
    const more = await migrate({ ...options(), modules: ALL_MODULES });
    const ofModules = more.applied.slice(filesOf('subscriptions').length);
    expect(more.applied).toEqual([...filesOf('subscriptions'), ...ofModules]);
    expect(new Set(ofModules.map((name) => name.split('/')[0]))).toEqual(
      new Set([...ALL_MODULES.filter(({ migrations }) => migrations).map(({ name }) => name), 'rows']),
    );
    expect(await tablesIn('punctual')).toEqual(expect.arrayContaining(['webhook_endpoints', 'accounts']));
  });

  it('lets one of several work while the others wait', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(options())));
    expect(results.map(({ applied }) => applied.length).sort((a, b) => a - b)).toEqual([0, 0, 0, FILES.length]);
  });

  it('takes the settings of a pool, and leaves the pool alone', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const taken = await pool.connect();
    expect((await migrate({ pool })).applied).toEqual(FILES);
    taken.release();
    await pool.end();
  });

  it('puts our own tables into the schema that was asked for', async () => {
    await migrate({ ...options(), schema: 'my_own', subscriptions: false });
    expect(await tablesIn('my_own')).toContain('scheduler_runs');
    await expect(migrate({ ...options(), schema: 'Robert"; --' })).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });

  it('waits for a table that the host has locked instead of failing or queueing up behind it', async () => {
    await database.pool.query(
      'CREATE TABLE subscriptions (id uuid PRIMARY KEY, user_id text, frequency text, active boolean)',
    );
    const host = await database.pool.connect();
    await host.query('BEGIN; LOCK TABLE subscriptions IN ACCESS EXCLUSIVE MODE');
    const migrated = migrate(options());
    await waitFor(async () => {
      const { rows } = await database.pool.query(`SELECT 1 FROM pg_stat_activity
        WHERE application_name = 'punctual-migrate' AND wait_event_type = 'Lock' AND datname = current_database()`);
      return rows.length > 0;
    });
    await host.query('COMMIT');
    host.release();
    expect((await migrated).applied).toEqual(FILES);
  });

  it('switches JIT off wherever it switches a step of a plan off: older servers would compile what looks so dear', async () => {
    await migrate(options());
    const { rows } = await database.pool.query<{ name: string; jit: string | undefined }>(
      `SELECT proname AS name, (SELECT setting FROM unnest(proconfig) setting WHERE setting LIKE 'jit=%') AS jit
       FROM pg_proc WHERE pronamespace = 'punctual'::regnamespace AND proconfig::text LIKE '%enable_%'`,
    );
    expect(rows.map(({ name }) => name)).toContain('claim_jobs');
    expect(rows.filter(({ jit }) => jit !== 'jit=off')).toEqual([]);
  });

  it('leaves nothing half done when it fails, says which file and why, and goes on from there', async () => {
    await database.pool.query('CREATE SCHEMA punctual; CREATE TABLE punctual.audit_log (mine int)');
    await expect(migrate(options())).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      message: expect.stringContaining('engine/0001_engine'),
    });
    expect(await tablesIn('punctual')).toEqual(['audit_log', 'schema_history']);
    await database.pool.query('DROP TABLE punctual.audit_log');
    expect((await migrate(options())).applied).toEqual(FILES);
  });

  it('applies functions anew when their text changed, and only those', async () => {
    const first = await migrate(options());
    expect(first.functions).toContain('queue/claim_jobs');
    await database.pool.query(
      `UPDATE punctual.schema_history SET checksum = 'older' WHERE kind = 'function' AND name = 'claim_jobs'`,
    );
    expect(await migrate(options())).toMatchObject({ applied: [], functions: ['queue/claim_jobs'] });
  });

  it('leaves a database alone that a newer version has migrated', async () => {
    await migrate(options());
    await database.pool.query(
      `UPDATE punctual.schema_history SET checksum = 'newer', version = '999.0.0' WHERE name = 'claim_jobs'`,
    );
    expect(await migrate(options())).toMatchObject({ applied: [], functions: [] });
  });
});

describe('before it migrates', () => {
  it('says what is pending and shows the SQL, and changes nothing', async () => {
    const [engine] = await migrationStatus(options());
    expect(engine).toMatchObject({ set: 'engine', applied: [], newer: false });
    expect(engine?.functions).toContain('adopt_table');
    expect(engine?.pending[0]).toBe('0001_engine');
    const sql = await migrationSql(options());
    expect(sql).toContain('-- queue/claim_jobs\nBEGIN;');
    expect(sql).not.toContain('{schema}');
    expect(await tablesIn('punctual')).toEqual([]);
    await migrate(options());
    expect((await migrationStatus(options())).flatMap(({ pending, functions }) => [...pending, ...functions])).toEqual(
      [],
    );
    expect(await migrationSql(options())).toBe('');
  });
});
