// `punctual doctor` on real databases: each check of the database is seen right, failing, and where it can be put right.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createEncryption } from '../../../src/base/secrets/encryption.js';
import { contextOf } from '../../../src/scheduler/secrets/workspace-keys.js';
import { createCommandLine, type CommandLine, type RunOptions } from '../../support/command-line.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';
import { examineWith, nameOf, unwell } from './examine.js';
import { hasPgbouncer, startPgbouncer } from './pgbouncer.js';

const hasFaketime = spawnSync('faketime', ['--version']).status === 0;

let line: CommandLine;
let database: TestDatabase;
beforeAll(async () => {
  [line, database] = await Promise.all([createCommandLine(), createTestDatabase()]);
}, 60_000);
afterAll(() => Promise.all([line.close(), database.close()]));

const examine = (args: readonly string[] = [], options: RunOptions = {}) => examineWith(line, database, args, options);

describe('a database that is well', () => {
  it('passes every check, says what is not configured, and exits with 0', async () => {
    const { code, checks } = await examine();
    expect(unwell(checks)).toEqual([]);
    expect(code).toBe(0);
    expect(checks).toHaveLength(20);
    const shown = await line.run(['doctor', '--only', 'connection,SMTP'], { env: { DATABASE_URL: database.url } });
    expect(shown.stdout).toMatch(/^ok +connection +PostgreSQL \d+/m);
    expect(shown.stdout).toMatch(/^– +SMTP +not configured$/m);
  });
});

describe('connection', () => {
  it.each([
    ['postgres://127.0.0.1:9/none', /ECONNREFUSED/],
    ['', /DATABASE_URL is not set/],
  ])('fails for %j, and the other checks of the database are left out', async (url, why) => {
    const { code, checks } = await examine([], { env: { DATABASE_URL: url } });
    expect(code).toBe(1);
    expect(checks.map(({ name }) => name)).toEqual([
      'connection',
      'SMTP',
      'DKIM',
      'mail events',
      'unsubscribe links',
      'Stripe',
      'Slack',
      'billing portal',
    ]);
    expect(checks[0]).toMatchObject({ status: 'fail', message: expect.stringMatching(why) });
  });

  it('never shows a password', async () => {
    const url = `postgres://somebody:the-secret@127.0.0.1:9/none`;
    const { stdout, stderr } = await line.run(['doctor'], { env: { DATABASE_URL: url } });
    expect(stdout + stderr).not.toContain('the-secret');
  });
});

describe(hasPgbouncer ? 'direct connection' : 'SKIPPED, for want of pgbouncer (apt-get install pgbouncer)', () => {
  const withBouncer = hasPgbouncer ? it : it.skip;

  withBouncer.each(['transaction', 'session'] as const)('finds a pooler in %s mode', async (mode) => {
    const bouncer = await startPgbouncer(database.url, mode);
    try {
      const pooled = await examine(['--only', 'direct connection'], { env: { DATABASE_URL: bouncer.url } });
      expect(pooled.of('direct connection')).toMatchObject({
        status: 'fail',
        message: expect.stringContaining(`DATABASE_URL goes through a pooler in ${mode} mode`),
      });
      expect(pooled.code).toBe(1);
      const direct = await examine([], { env: { DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: database.url } });
      expect(unwell(direct.checks)).toEqual([]);
    } finally {
      await bouncer.close();
    }
  });
});

describe(hasFaketime ? 'clock' : 'SKIPPED, for want of faketime (apt-get install faketime)', () => {
  const faked = hasFaketime ? it : it.skip;

  faked.each([
    ['+1h', 'fail', /(60 min|1 h) ahead of/],
    ['-10s', 'warn', /10 s behind/],
  ])('finds a clock that is wrong by %s', async (by, status, message) => {
    const { of } = await examine(['--only', 'clock'], { prefix: ['faketime', '-f', by] });
    expect(of('clock')).toMatchObject({ status, message: expect.stringMatching(message) });
  });
});

describe('time zones', () => {
  it('finds a server whose data is another', async () => {
    const other = await createTestDatabase();
    const name = new URL(other.url).pathname.slice(1) || (await nameOf(other));
    await other.pool.query(`CREATE FUNCTION public.timezone(zone text, at timestamptz) RETURNS timestamp LANGUAGE sql AS
      $$ SELECT pg_catalog.timezone(zone, at) + CASE zone WHEN 'Asia/Tokyo' THEN interval '1 hour' ELSE interval '0' END $$`);
    await other.pool.query(`ALTER DATABASE ${name} SET search_path = public, pg_catalog`);
    try {
      const { of } = await examine(['--only', 'time zones'], { env: { DATABASE_URL: other.url } });
      expect(of('time zones')).toMatchObject({ status: 'warn', message: expect.stringContaining('Asia/Tokyo from') });
    } finally {
      await other.close();
    }
  });
});

describe('migrations', () => {
  it('says what is pending in an empty database, and applies it', async () => {
    const empty = await createEmptyDatabase();
    try {
      const env = { DATABASE_URL: empty.url };
      const { code, of } = await examine([], { env });
      expect(code).toBe(1);
      expect(of('migrations')).toMatchObject({
        status: 'fail',
        message: expect.stringContaining('engine/0001_engine'),
      });
      const fixed = await examine(['--fix'], { env });
      expect(fixed.of('migrations')).toMatchObject({ status: 'ok', fixed: expect.stringContaining('applied') });
      expect(unwell(fixed.checks)).toEqual([]);
    } finally {
      await empty.close();
    }
  });
});

describe('permissions', () => {
  it('names the rights that a role lacks, and the SQL that gives them', async () => {
    const role = `doctor_${Math.floor(performance.now())}_${process.pid}`;
    await database.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'doctor'`);
    const url = withUser(database.url, role, 'doctor');
    try {
      const { code, of } = await examine(['--only', 'permissions'], {
        env: { DATABASE_URL: url, DATABASE_DIRECT_URL: database.url },
      });
      expect(code).toBe(1);
      const { status, message, sql = [] } = of('permissions');
      expect({ status, message }).toEqual({
        status: 'fail',
        message: expect.stringContaining('USAGE on schema punctual'),
      });
      for (const statement of sql) await database.pool.query(statement);
      const after = await examine(['--only', 'permissions'], {
        env: { DATABASE_URL: url, DATABASE_DIRECT_URL: database.url },
      });
      expect(after.of('permissions')).toMatchObject({ message: expect.stringContaining('all privileges') });
    } finally {
      await database.pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});

describe('encryption keys', () => {
  const key = (byte: number): Buffer => Buffer.alloc(32, byte);
  const setting = (...keys: readonly [string, number][]): string =>
    keys.map(([id, byte]) => `${id}:${key(byte).toString('base64')}`).join(',');

  it('tells a key that is missing from one that is another, and from an old one', async () => {
    const sealed = createEncryption([{ id: 'k1', key: key(1) }]).encrypt('secret', contextOf('acme', 'apollo'));
    await database.pool.query(
      `INSERT INTO punctual.workspace_keys (workspace_id, provider, value) VALUES ('acme', 'apollo', $1)`,
      [sealed],
    );
    const found = async (keys: string) =>
      (await examine(['--only', 'encryption keys'], { env: { ENCRYPTION_KEYS: keys } })).of('encryption keys');
    try {
      expect(await found(setting(['k1', 1]))).toMatchObject({ status: 'ok' });
      expect(await found(setting(['k1', 2]))).toMatchObject({
        status: 'fail',
        message: expect.stringContaining('has changed'),
      });
      expect(await found('')).toMatchObject({ status: 'fail', message: expect.stringContaining('stored under k1') });
      expect(await found(setting(['k2', 2], ['k1', 1]))).toMatchObject({ status: 'warn' });
    } finally {
      await database.pool.query('DELETE FROM punctual.workspace_keys');
    }
  });
});

/** The same database as somebody else. */
function withUser(url: string, user: string, password: string): string {
  const { host, port, database: name } = new pg.Client({ connectionString: url });
  return `postgres://${user}:${password}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
}
