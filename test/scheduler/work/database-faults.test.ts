// Which faults pass by themselves, and which need a person.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { SchedulerError } from '../../../src/base/errors.js';
import { createDatabase } from '../../../src/db/database.js';
import { createPool, endPool } from '../../../src/db/pool.js';
import { databaseFault, mayHaveTakenEffect, passesByItself } from '../../../src/scheduler/work/database-faults.js';

const withCode = (code: string): Error => Object.assign(new Error('said by the driver'), { code });

describe('passesByItself', () => {
  it.each([
    ['a database that is away', new SchedulerError('DATABASE_UNAVAILABLE', 'away')],
    ['a receiver that is away', new SchedulerError('RECEIVER_UNAVAILABLE', 'away')],
    ['a lost instance', new SchedulerError('LOST_INSTANCE', 'lost')],
    ['a connection that is refused', withCode('ECONNREFUSED')],
    ['a server that shuts down', withCode('57P01')],
    ['a claim during an outage', databaseFault('could not claim', withCode('ECONNRESET'))],
    ['a server that has no connection left', withCode('53300')],
  ])('%s does', (_, error) => expect(passesByItself(error)).toBe(true));

  it.each([
    ['a handler that throws', new TypeError('x is not a function')],
    ['a statement that is refused', withCode('42501')],
    ['a claim without the right to it', databaseFault('could not claim', withCode('42501'))],
    ['a receiver that is set up wrongly', new SchedulerError('RECEIVER_MISCONFIGURED', '401')],
    ['something that is no error', 'oops'],
    ['nothing', undefined],
  ])('%s does not', (_, error) => expect(passesByItself(error)).toBe(false));
});

describe('a statement', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['stays silent', () => {}],
    ['hangs up', (socket) => void socket.destroy()],
  ])('had no effect where the server %s when it is connected to', async (_, onConnect) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      onConnect(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const pool = createPool({ connectionString: `postgresql://u@127.0.0.1:${port}/d`, max: 1, onError: () => {} });
    pool.options.connectionTimeoutMillis = 50;
    try {
      const failure: unknown = await createDatabase(pool, 'punctual')
        .query('SELECT 1')
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      expect([failure, databaseFault('could not claim', failure)].map(mayHaveTakenEffect)).toEqual([false, false]);
    } finally {
      await endPool(pool);
      sockets.forEach((socket) => socket.destroy());
      server.close();
    }
  });

  it('may have had one where its connection was lost after it was sent', () => {
    const lost = new Error('Connection terminated unexpectedly');
    expect([lost, databaseFault('could not claim', lost)].map(mayHaveTakenEffect)).toEqual([true, true]);
  });
});
