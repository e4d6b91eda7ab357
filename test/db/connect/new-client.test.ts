// Connections to several hosts: the first that will do is taken, and after a failover another one.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createScheduler } from '../../../src/compose/create-scheduler.js';
import { newClient } from '../../../src/db/connect/new-client.js';
import { createPool, endPool } from '../../../src/db/pool.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startDatabaseProxy, type DatabaseProxy } from '../../support/servers/tcp-proxy.js';

let database: TestDatabase;
let [first, second]: DatabaseProxy[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  [first, second] = await Promise.all([startDatabaseProxy(database.url), startDatabaseProxy(database.url)]);
});
afterAll(async () => {
  await Promise.all([first!.close(), second!.close()]);
  await database.close();
});

const listOf = (...hosts: readonly string[]): string => {
  const { username, password, pathname } = new URL(first!.url);
  return `postgres://${username}${password ? `:${password}` : ''}@${hosts.join(',')}${pathname}`;
};
const at = ({ host, port }: DatabaseProxy): string => `${host}:${port}`;

async function portOf(connectionString: string): Promise<number> {
  const client = newClient({ connectionString });
  await client.connect();
  const { port } = client;
  await client.query('SELECT 1');
  await client.end();
  return port;
}

it('takes the first host, and the next where that one is not there', async () => {
  expect(await portOf(listOf(at(first!), at(second!)))).toBe(first!.port);
  expect(await portOf(listOf('127.0.0.1:1', at(second!)))).toBe(second!.port);
});

it('does not wait for long for a host that swallows everything', async () => {
  first!.swallow();
  const before = performance.now();
  expect(await portOf(listOf(at(first!), at(second!)))).toBe(second!.port);
  expect(performance.now() - before).toBeLessThan(6_000);
  first!.resume();
});

it('passes over a server that takes no writes', async () => {
  const list = `${listOf(at(first!), at(second!))}?options=-c%20default_transaction_read_only%3Don`;
  await expect(portOf(list)).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringMatching(/:\d+ does not accept writes by default; .*:\d+ does not accept writes by default/),
  });
  expect(await portOf(`${list}&target_session_attrs=any`)).toBe(first!.port);
});

it('says of each host why it will not do', async () => {
  await expect(portOf(listOf('127.0.0.1:1', '127.0.0.1:2'))).rejects.toThrow(
    /127\.0\.0\.1:1 .*ECONNREFUSED.*; 127\.0\.0\.1:2 .*ECONNREFUSED/,
  );
});

it('a pool changes hosts when the first one goes', async () => {
  const pool = createPool({ connectionString: listOf(at(first!), at(second!)), max: 2, onError: () => {} });
  const port = async (): Promise<number> => {
    const client = await pool.connect();
    client.release();
    return (client as unknown as pg.Client).port;
  };
  expect(await port()).toBe(first!.port);
  first!.refuse();
  first!.cut();
  await new Promise((resolve) => pool.once('error', resolve));
  expect(await port()).toBe(second!.port);
  await endPool(pool);
  first!.resume();
});

it('a scheduler starts, beats and listens with such a string', async () => {
  const scheduler = createScheduler({ databaseUrl: listOf('127.0.0.1:1', at(second!)), subscriptions: false });
  await scheduler.start();
  expect(scheduler.ready()).toBe(true);
  await scheduler.stop();
});
