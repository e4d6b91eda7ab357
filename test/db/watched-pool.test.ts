// Connections of a pool that fall silent, and what is left of them on the server.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createDatabase, type OwnDatabase } from '../../src/db/database.js';
import { createPool, endPool } from '../../src/db/pool.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startDatabaseProxy, type DatabaseProxy } from '../support/servers/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
let network: DatabaseProxy;
let pool: pg.Pool;
let db: OwnDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  network = await startDatabaseProxy(database.url);
});
afterAll(async () => {
  await network.close();
  await database.close();
});
beforeEach(() => {
  pool = createPool({ connectionString: network.url, max: 5, onError: () => {} });
  db = createDatabase(pool, 'punctual');
});
afterEach(async () => {
  network.resume();
  await endPool(pool, 500);
});

const warm = (): Promise<unknown> => Promise.all(Array.from({ length: 5 }, () => db.query('SELECT pg_sleep(0.05)')));
const pids = async (): Promise<readonly number[]> => {
  const { rows } = await database.pool.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'punctual'`,
  );
  return rows.map(({ pid }) => pid);
};
const failed = (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((error: unknown) => error);

describe('lookAfterSilent', () => {
  it('costs no connection while every statement is answered', async () => {
    await db.query('SELECT 1');
    const before = network.connections;
    await db.lookAfterSilent(0);
    expect(network.connections).toBe(before);
  });

  it('finds a silent connection, replaces all that are as old, and ends what they left on the server', async () => {
    await warm();
    const old = await pids();
    expect(old).toHaveLength(5);
    network.cut('client'); // the server's ends stay open and hear nothing
    await waitFor(() => pool.totalCount === 0, { what: 'the loss is noticed' });
    await db.lookAfterSilent(0);
    await waitFor(async () => (await pids()).every((pid) => !old.includes(pid)), { what: 'no backend is left' });

    await warm();
    const silent = await pids();
    network.cut('server'); // our ends stay open and hear nothing
    const asked = failed(db.query('SELECT 1'));
    await waitFor(() => pool.idleCount === 4);
    await db.lookAfterSilent(0);
    expect(await asked).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    const before = performance.now();
    await warm();
    expect(performance.now() - before).toBeLessThan(2_000);
    expect((await pids()).some((pid) => silent.includes(pid))).toBe(false);
  });

  it('leaves a statement alone that the server is at work on', async () => {
    const slow = db.query('SELECT pg_sleep(1)');
    await waitFor(async () => (await pids()).length === 1);
    await db.query('SELECT 1');
    await db.lookAfterSilent(0);
    await expect(slow).resolves.toMatchObject({ rowCount: 1 });
  });
});

describe('cutSilent', () => {
  it('hands nothing out again whose socket is about to be cut, though its answer came after all', async () => {
    await db.query('SELECT 1');
    network.swallow();
    const late = db.query('SELECT 2 AS n').catch(() => null);
    await waitFor(() => db.cutSilent(0) === 1);
    network.resume();
    await late;
    const others = await pool.connect(); // without an error listener: its loss would end the process
    await waitFor(async () => (await pids()).length === 1, { what: 'the given up connection is gone' });
    await expect(others.query('SELECT 3 AS n')).resolves.toMatchObject({ rows: [{ n: 3 }] });
    others.release();
  });

  it('cancels on the server what waits for a lock', async () => {
    const holder = await database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE punctual.scheduler_meta');
    try {
      const waiting = failed(db.query('SELECT count(*) FROM {schema}.scheduler_meta'));
      const waits = async (): Promise<number> => {
        const { rows } = await database.pool.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity
            WHERE application_name = 'punctual' AND datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows[0]!.n;
      };
      await waitFor(async () => (await waits()) === 1);
      expect(db.cutSilent(0)).toBe(1);
      expect(await waiting).toBeInstanceOf(Error);
      await waitFor(async () => (await waits()) === 0, { what: 'nobody waits for the lock' });
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  });
});

describe('sessions', () => {
  const bound = async (of: OwnDatabase): Promise<string> =>
    of.transaction(async (tx) => {
      const { rows } = await tx.query<{ idle: string }>(
        `SELECT current_setting('idle_in_transaction_session_timeout') AS idle`,
      );
      return rows[0]!.idle;
    });

  it('of our own tell the server to notice that we are gone', async () => {
    const { rows } = await db.query(
      `SELECT current_setting('client_connection_check_interval') AS check, current_setting('idle_in_transaction_session_timeout') AS idle`,
    );
    expect(rows).toEqual([{ check: '2s', idle: '30s' }]);
  });

  it('have a limit on transactions that wait for us, in a pool of the host as well, and only for as long as ours last', async () => {
    expect(await bound(db)).toBe('30s');
    expect(await bound(database.db)).toBe('30s');
    const { rows } = await database.pool.query(`SHOW idle_in_transaction_session_timeout`);
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '0' }]);
  });

  it('keep a lower limit of the host', async () => {
    const strict = createPool({
      connectionString: `${database.url}${database.url.includes('?') ? '&' : '?'}options=-c%20idle_in_transaction_session_timeout%3D5s`,
      max: 1,
      onError: () => {},
    });
    Object.assign(strict.options, { types: undefined }); // a pool of the host's
    expect(await bound(createDatabase(strict, 'punctual'))).toBe('5s');
    await strict.end();
  });
});
