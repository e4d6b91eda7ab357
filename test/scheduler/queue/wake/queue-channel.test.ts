// The connection that listens: it is taken up again after a stop, and replaced when it falls silent.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { silentLogger } from '../../../../src/base/logger.js';
import {
  createQueueListener,
  tell,
  type ListenerOptions,
  type QueueListener,
  type QueueMessage,
} from '../../../../src/scheduler/queue/wake/queue-channel.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startDatabaseProxy } from '../../../support/servers/tcp-proxy.js';
import { waitFor } from '../../../support/wait-for.js';

let database: TestDatabase;
let listener: QueueListener;
let heard: QueueMessage[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => listener.stop());
afterAll(() => database.close());

function listenOn(url: string, rest: Partial<ListenerOptions> = {}): QueueListener {
  heard = [];
  listener = createQueueListener({
    client: () => ({ connectionString: url }),
    schema: 'punctual',
    logger: silentLogger,
    onMessage: (message) => void heard.push(message),
    onConnected: () => {},
    ...rest,
  });
  listener.start();
  return listener;
}

const isHeard = async (): Promise<void> => {
  await tell(database.db, { kind: 'queues' });
  await waitFor(() => heard.length > 0, { what: 'a message is heard' });
};

it('hears again when it is started after a stop', async () => {
  listenOn(database.url);
  await waitFor(() => listener.connected);
  await listener.stop();
  expect(listener.connected).toBe(false);
  listener.start();
  await waitFor(() => listener.connected);
  await isHeard();
});

it('hears of which types new work is, unless the list is too long', async () => {
  listenOn(database.url);
  await waitFor(() => listener.connected);
  const many = Array.from({ length: 100 }, (_, n) => `${'long'.repeat(20)}${n}`);
  for (const types of [['a:b', 'c'], many]) await tell(database.db, { kind: 'work', types });
  await tell(database.db, { kind: 'work', from: 'me' });
  await database.db.query(`SELECT {schema}.add_job('d')`);
  await waitFor(() => heard.length === 4, { what: 'all four are heard' });
  expect(heard).toEqual([
    { kind: 'work', types: ['a:b', 'c'] },
    { kind: 'work' },
    { kind: 'work', from: 'me' },
    { kind: 'work', types: ['d'] },
  ]);
});

it('replaces a connection that has fallen silent, and says that it is connected again', async () => {
  const network = await startDatabaseProxy(database.url);
  let connections = 0;
  listenOn(network.url, { onConnected: () => void (connections += 1), pings: { pingMs: 50, pingLimitMs: 100 } });
  await waitFor(() => connections === 1);
  network.cut('server'); // our end stays open and hears nothing
  await waitFor(() => connections === 2, { what: 'connected again' });
  await isHeard();
  await listener.stop();
  await network.close();
});

it('stops while it connects over a network that swallows everything', async () => {
  const network = await startDatabaseProxy(database.url);
  network.swallow();
  listenOn(network.url);
  const before = performance.now();
  await listener.stop();
  expect(performance.now() - before).toBeLessThan(1_000);
  await network.close();
});
