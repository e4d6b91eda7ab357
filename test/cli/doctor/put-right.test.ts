// `punctual doctor --fix`: what is found broken in a database of its own, and put right where that is safe.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createCommandLine, type CommandLine } from '../../support/command-line.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { examineWith, nameOf } from './examine.js';

let line: CommandLine;
beforeAll(async () => {
  line = await createCommandLine();
}, 60_000);
afterAll(() => line.close());

describe('what can be put right', () => {
  let broken: TestDatabase;
  beforeEach(async () => {
    broken = await createTestDatabase();
  });
  afterEach(() => broken.close());
  const look = (only: string, ...args: string[]) => examineWith(line, broken, ['--only', only, ...args]);

  it('builds indexes that are missing or invalid, and names those of the host that slow claims down', async () => {
    await broken.pool.query('DROP INDEX punctual_processing_due; DROP INDEX punctual.jobs_ready');
    await broken.pool.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'punctual.jobs_dead'::regclass`);
    const { code, of } = await look('indexes');
    expect(code).toBe(1);
    expect(of('indexes').message).toBe(
      'jobs_ready is missing, punctual_processing_due is missing, jobs_dead is invalid',
    );
    expect(of('indexes').sql).toContain('REINDEX INDEX CONCURRENTLY "punctual"."jobs_dead"');
    const fixed = await look('indexes', '--fix');
    expect(fixed.of('indexes')).toMatchObject({ status: 'ok', fixed: expect.stringContaining('built jobs_ready') });
    expect(fixed.code).toBe(0);
    await broken.pool.query('CREATE INDEX host_status ON subscription_processing (status, next_run_at)');
    expect((await look('indexes')).of('indexes')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('host_status'),
      sql: ['DROP INDEX CONCURRENTLY "public"."host_status"'],
    });
  });

  it('switches triggers of the host tables on again, and finds what is missing', async () => {
    await broken.pool.query('ALTER TABLE subscriptions DISABLE TRIGGER punctual_change');
    const before = await look('host tables');
    expect(before.of('host tables')).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('punctual_change'),
    });
    expect((await look('host tables', '--fix')).of('host tables')).toMatchObject({
      status: 'ok',
      fixed: expect.any(String),
    });
    await broken.pool.query('DROP TRIGGER punctual_gone ON subscriptions');
    expect((await look('host tables', '--fix')).of('host tables')).toMatchObject({ status: 'fail' });
  });

  it('finds tables that are gone and functions of another version', async () => {
    await broken.pool
      .query(`UPDATE punctual.migration_history SET checksum = 'other' WHERE kind = 'function'`)
      .catch(() => null);
    await broken.pool.query('DROP TABLE punctual.job_rate_limits');
    expect((await look('migrations', '--fix')).of('migrations')).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('job_rate_limits'),
    });
  });

  it('sees default settings that get in the way', async () => {
    const name = await nameOf(broken);
    await broken.pool.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
    expect((await look('isolation level')).of('isolation level')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('serializable'),
    });
    await broken.pool.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    expect((await look('isolation level')).of('isolation level')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('read-only'),
    });
  });

  it('sees row security that is off for the users, and switches it on', async () => {
    await broken.pool.query('ALTER TABLE punctual.jobs DISABLE ROW LEVEL SECURITY');
    expect((await look('role punctual_user')).of('role punctual_user')).toMatchObject({ status: 'warn' });
    expect((await look('role punctual_user', '--fix')).of('role punctual_user')).toMatchObject({
      status: 'ok',
      fixed: expect.any(String),
    });
  });

  it('sees a table without autovacuum', async () => {
    await broken.pool.query('ALTER TABLE punctual.jobs SET (autovacuum_enabled = false)');
    expect((await look('dead rows')).of('dead rows')).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('punctual.jobs'),
    });
  });

  it('finds an old snapshot that another connection holds', async () => {
    const client = new pg.Client({ connectionString: broken.url });
    await client.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await client.query('SELECT count(*) FROM punctual.jobs');
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await waitFor(async () => {
        const { of } = await look('old snapshots', '--max-snapshot-age', '1s');
        return of('old snapshots').sql?.includes(`SELECT pg_terminate_backend(${rows[0]!.pid})`);
      });
      expect((await look('old snapshots')).of('old snapshots').status).toBe('ok');
    } finally {
      await client.end();
    }
  });
});
