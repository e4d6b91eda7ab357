import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../database.js';
import { startDatabaseProxy, type DatabaseProxy } from './tcp-proxy.js';
import { waitFor } from '../wait-for.js';

describe('the proxy in front of a database', () => {
  let database: TestDatabase;
  let proxy: DatabaseProxy;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    proxy = await startDatabaseProxy(database.url);
  });
  afterAll(async () => {
    await proxy.close();
    await database.close();
  });

  async function connected(): Promise<{ client: pg.Client; pid: number; lost: () => boolean }> {
    const client = new pg.Client({ connectionString: proxy.url });
    let lost = false;
    client.on('error', () => (lost = true));
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return { client, pid: rows[0]?.pid ?? 0, lost: () => lost };
  }

  const backendLives = async (pid: number): Promise<boolean> =>
    (await database.pool.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).rows.length > 0;

  it('passes everything, and ends on both sides', async () => {
    const { client, pid } = await connected();
    const { rows } = await client.query<{ n: number }>(
      `SELECT length(repeat('x', 5000000)) AS n, repeat('x', 5000000)`,
    );
    expect(rows[0]?.n).toBe(5_000_000);
    await client.end();
    await waitFor(async () => !(await backendLives(pid)), { what: 'the backend has ended' });
    await waitFor(() => proxy.connections === 0);
  });

  it('cuts both sides', async () => {
    const { pid, lost } = await connected();
    proxy.cut();
    await waitFor(lost);
    await waitFor(async () => !(await backendLives(pid)), { what: 'the backend has ended' });
  });

  it('cuts the server side while the client hears nothing', async () => {
    const { client, pid, lost } = await connected();
    proxy.cut('server');
    await waitFor(async () => !(await backendLives(pid)), { what: 'the backend has ended' });
    expect(lost()).toBe(false);
    await client.end();
    await waitFor(() => proxy.connections === 0);
  });

  it('swallows what is sent, and passes it on when it resumes', async () => {
    const { client, pid } = await connected();
    proxy.swallow();
    let answered = false;
    const query = client.query('CREATE TABLE passed (n int)').then(() => (answered = true));
    const newcomer = connected();
    await database.pool.query('SELECT pg_sleep(0.1)');
    expect(answered).toBe(false);
    expect(await backendLives(pid)).toBe(true);
    proxy.resume();
    await query;
    await client.end();
    await (await newcomer).client.end();
  });

  it('keeps the end of a client from the server while it swallows', async () => {
    const { client, pid } = await connected();
    proxy.swallow();
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await database.pool.query('SELECT pg_sleep(0.1)');
    expect(await backendLives(pid)).toBe(true);
    proxy.resume();
    await waitFor(async () => !(await backendLives(pid)), { what: 'the backend has ended' });
  });

  it('refuses newcomers, and lets the others go on', async () => {
    const { client } = await connected();
    proxy.refuse();
    await expect(connected()).rejects.toThrow(/ECONNRESET|terminated/);
    expect((await client.query('SELECT 1')).rows).toHaveLength(1);
    proxy.resume();
    await client.end();
  });
});
