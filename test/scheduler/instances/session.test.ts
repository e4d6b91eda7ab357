// The dedicated connection: refused through a pooler, given up when it falls silent, kept over a blocked event loop.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, createServer, type AddressInfo } from 'node:net';
import { silentLogger } from '../../../src/base/logger.js';
import { openSession, type Session } from '../../../src/scheduler/instances/session.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTcpProxy } from '../../support/servers/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { addressOf } from './server-address.js';

let database: TestDatabase;
const common = { schema: 'punctual', logger: silentLogger };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** Stands in front as a transaction pooler does: greets with a process id that is not the backend's. */
async function startPooler(target: ReturnType<typeof addressOf>['target']) {
  const server = createServer((client) => {
    const upstream = connect(target as never);
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      const key = chunk.indexOf(Buffer.from([0x4b, 0, 0, 0, 12])); // BackendKeyData
      if (key >= 0) chunk.writeInt32BE(4242, key + 5);
      client.write(chunk);
    });
    upstream.on('close', () => client.destroy()).on('error', () => {});
    client.on('close', () => upstream.destroy()).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('openSession', () => {
  it('refuses a connection through a transaction pooler', async () => {
    const { target, through } = addressOf(database.url);
    const pooler = await startPooler(target);
    const opened = openSession({ config: through(pooler.port), ...common });
    await expect(opened).rejects.toMatchObject({ code: 'DATABASE_UNSUITABLE' });
    pooler.close();
  });

  it('says that the database is unavailable when nobody listens', async () => {
    const opened = openSession({ config: { host: '127.0.0.1', port: 1 }, ...common });
    await expect(opened).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('asks the server to notice our absence soon', async () => {
    const { target, through } = addressOf(database.url);
    const proxy = await startTcpProxy(target);
    const session = await openSession({ config: through(proxy.port), ...common });
    const { rows } = await session.db.query(
      `SELECT name, setting FROM pg_settings WHERE name IN ('client_connection_check_interval', 'statement_timeout')`,
    );
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      client_connection_check_interval: '2000',
      statement_timeout: '0',
    });
    await session.close();
    expect(session.lost.aborted).toBe(false);
    await proxy.close();
  });

  it('is lost when the network swallows what is sent', async () => {
    const { target, through } = addressOf(database.url);
    const proxy = await startTcpProxy(target);
    const session = await openSession({ config: through(proxy.port), ...common, pingMs: 30, pingLimitMs: 100 });
    proxy.swallow();
    await waitFor(() => session.lost.aborted);
    expect(String(session.lost.reason)).toContain('did not respond');
    await session.close();
    await proxy.close();
  });

  it('is kept when the event loop was blocked for longer than a ping may take', async () => {
    const session: Session = await openSession({
      config: { connectionString: database.url },
      ...common,
      pingMs: 10,
      pingLimitMs: 50,
    });
    for (let round = 0; round < 3; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      const end = performance.now() + 300;
      while (performance.now() < end);
    }
    await session.db.query('SELECT 1');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(session.lost.aborted).toBe(false);
    await session.close();
  });
});
