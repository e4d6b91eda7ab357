// Migrations on an empty database: once, by one of several, in order, under a schema of one's choice.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readdirSync } from 'node:fs';
import { silentLogger } from '../../src/base/logger.js';
import { migrate } from '../../src/db/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.close());

const FILES = readdirSync(new URL('../../src/db/migrations', import.meta.url))
  .map((name) => name.replace(/\.sql$/, ''))
  .sort();

const options = () => ({ connectionString: database.url, schema: 'punctual', logger: silentLogger });

describe('migrate', () => {
  it('applies every file in order, and nothing the second time', async () => {
    expect((await migrate(options())).applied).toEqual(FILES);
    expect((await migrate(options())).applied).toEqual([]);
    const { rows } = await database.pool.query('SELECT name FROM punctual.migrations ORDER BY id');
    expect(rows.map((row) => row.name)).toEqual(FILES);
  });

  it('lets one of several work while the others wait', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(options())));
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, FILES.length]);
  });

  it('takes the settings of a pool, and leaves the pool alone', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const taken = await pool.connect();
    expect((await migrate({ pool, schema: 'punctual', logger: silentLogger })).applied).toEqual(FILES);
    taken.release();
    await pool.end();
  });

  it('puts our own tables into the schema that was asked for', async () => {
    await migrate({ ...options(), schema: 'my_own' });
    const { rows } = await database.pool.query(
      `SELECT table_schema FROM information_schema.tables WHERE table_name = 'scheduler_runs'`,
    );
    expect(rows).toEqual([{ table_schema: 'my_own' }]);
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

  it('leaves nothing half done when it fails, and says why', async () => {
    await database.pool.query('CREATE SCHEMA punctual; CREATE TABLE punctual.audit_log (mine int)');
    await expect(migrate(options())).rejects.toMatchObject({ code: 'MIGRATION_REFUSED' });
    const { rows } = await database.pool.query(`SELECT to_regclass('punctual.scheduler_instances') AS made`);
    expect(rows).toEqual([{ made: null }]);
    await database.pool.query('DROP TABLE punctual.audit_log');
    expect((await migrate(options())).applied).toEqual(FILES);
  });
});
