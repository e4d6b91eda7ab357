// Joining: what happens to a life whose dedicated connection is lost before it has begun.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { silentLogger } from '../../../src/base/logger.js';
import type { OwnDatabase } from '../../../src/db/database.js';
import { configOfPool } from '../../../src/db/pool.js';
import { join } from '../../../src/scheduler/instances/presence.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('rejects when the connection is lost while its row is written: nobody would hear of it afterwards', async () => {
  const socket = new Socket();
  const cutting: OwnDatabase = {
    ...database.db,
    query: async (text, values) => {
      const written = await database.db.query(text, values);
      socket.destroy();
      await once(socket, 'close');
      return written as never;
    },
  };
  const lost: string[] = [];
  const joining = join({
    database: cutting,
    direct: () => ({ ...configOfPool(database.pool), stream: () => socket }),
    version: '0',
    logger: silentLogger,
    onLost: ({ instanceId }) => void lost.push(instanceId),
  });
  await expect(joining).rejects.toThrow(/terminated|closed/);
  expect(lost).toEqual([]);
});
