import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../src/db/embedded/index.js';
import { waitFor } from '../../support/wait-for.js';
import { ask, createScratch, filesIn, gone, isAlive, socketDirOf } from './support.js';

const settings = { fsync: 'off' };

describe('startEmbeddedPostgres', () => {
  const scratch = createScratch();
  const running: EmbeddedPostgres[] = [];
  const start = async (dataDir: string, more = {}): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataDir, settings, ...more });
    running.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });
  afterAll(() => scratch.clear());

  it('is a real PostgreSQL with UTF-8, UTC and the settings asked for', async () => {
    const server = await start(await scratch.folder('real'), { settings: { ...settings, max_connections: 17 } });
    const facts = await ask(
      server.connectionString,
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
              current_setting('timezone') AS zone, current_setting('max_connections') AS connections, upper('ä') AS letter`,
    );
    expect(facts).toMatchObject({ encoding: 'UTF8', zone: 'UTC', connections: '17', letter: 'Ä' });
    expect(facts['version']).toBeGreaterThanOrEqual(140_000);
  });

  it('listens on a unix socket in a private folder, and on nothing else', async () => {
    const server = await start(await scratch.folder('socket'));
    const folder = socketDirOf(server.connectionString);
    expect(folder.length).toBeLessThan(80);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await ask(server.connectionString, 'SHOW listen_addresses')).toEqual({ listen_addresses: '' });
  });

  it('is reached where it is, whatever PGPORT says', async () => {
    const server = await start(await scratch.folder('port'));
    const before = process.env['PGPORT'];
    process.env['PGPORT'] = '1';
    try {
      expect(await ask(server.connectionString, 'SELECT 1 AS n')).toEqual({ n: 1 });
    } finally {
      if (before === undefined) delete process.env['PGPORT'];
      else process.env['PGPORT'] = before;
    }
  });

  it('stops cleanly, leaves nothing but its data, and finds that again', async () => {
    const dataDir = await scratch.folder('again');
    const first = await start(dataDir);
    await ask(first.connectionString, 'CREATE TABLE kept AS SELECT 42 AS n');
    await Promise.all([first.stop(), first.stop()]);
    expect(isAlive(first.pid)).toBe(false);
    expect(existsSync(socketDirOf(first.connectionString))).toBe(false);
    expect(await filesIn(dataDir)).toEqual(['cluster']);
    expect(await filesIn(path.join(dataDir, 'cluster'))).not.toContain('postmaster.pid');

    const second = await start(dataDir);
    expect(await ask(second.connectionString, 'SELECT n FROM kept')).toEqual({ n: 42 });
  });

  it('says who holds the folder at a second start, and leaves the first alone', async () => {
    const dataDir = await scratch.folder('held');
    const first = await start(dataDir);
    const refused = start(dataDir);
    await expect(refused).rejects.toMatchObject({ code: 'EMBEDDED_DATABASE' });
    await expect(refused).rejects.toThrow(
      `${dataDir} is in use by a PostgreSQL server (process ${first.pid}, started by process ${process.pid} (`,
    );
    expect(await ask(first.connectionString, 'SELECT 1 AS n')).toEqual({ n: 1 });
  });

  it('gives an empty folder to one of two that start at once', async () => {
    const dataDir = await scratch.folder('race');
    const [a, b] = await Promise.allSettled([start(dataDir), start(dataDir)]);
    expect([a.status, b.status].sort()).toEqual(['fulfilled', 'rejected']);
    const refused = (a.status === 'rejected' ? a : b) as PromiseRejectedResult;
    expect(String(refused.reason)).toMatch(/is in use by a PostgreSQL server/);
    expect((await filesIn(dataDir)).sort()).toEqual(['cluster', 'holder.json']);
  });

  it('refuses a folder that holds something else', async () => {
    const dataDir = await scratch.folder('foreign');
    await writeFile(path.join(dataDir, 'thesis.txt'), 'years of work');
    await expect(start(dataDir)).rejects.toThrow(`${dataDir} contains other files (thesis.txt)`);
  });

  it('hands on what PostgreSQL says when it does not start', async () => {
    const dataDir = await scratch.folder('setting');
    await expect(start(dataDir, { settings: { max_connections: 'many' } })).rejects.toThrow(/max_connections.*many/s);
  });

  it('says so in the log when the server ends by itself', async () => {
    const errors: string[] = [];
    const logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (message: string) => void errors.push(message),
      child: () => logger,
    };
    const server = await start(await scratch.folder('crash'), { logger });
    process.kill(server.pid, 'SIGQUIT');
    await waitFor(() => errors.length > 0);
    expect(errors).toEqual(['embedded postgres exited unexpectedly']);
    await server.stop();
  });

  describe('given up while it starts', () => {
    it.each(['before anything', 'during initdb', 'after initdb'])('%s', async (moment) => {
      const dataDir = await scratch.folder('abort');
      const abort = new AbortController();
      if (moment === 'before anything') abort.abort();
      const starting = start(dataDir, { signal: abort.signal });
      starting.catch(() => {});
      if (moment === 'during initdb')
        await waitFor(async () => (await filesIn(dataDir)).some((name) => name.startsWith('initdb-')), { everyMs: 1 });
      if (moment === 'after initdb')
        await waitFor(async () => (await filesIn(dataDir)).includes('cluster'), { everyMs: 1 });
      abort.abort();
      await expect(starting).rejects.toThrow('abandoned');

      const left = (await filesIn(dataDir)).filter((name) => name !== 'cluster');
      expect(left).toEqual([]);
      const server = await start(dataDir);
      expect(await ask(server.connectionString, 'SELECT 1 AS n')).toEqual({ n: 1 });
      await server.stop();
      await gone(server.pid);
    });
  });
});
