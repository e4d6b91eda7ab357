// What createScheduler refuses, and that refusing leaves nothing open.
import { describe, expect, it } from '@jest/globals';
import { createScheduler } from '../../src/compose/create-scheduler.js';

const options = { databaseUrl: 'postgres://127.0.0.1:1/none', subscriptions: { process: async () => {} } };
const made = (more: object) => () => createScheduler({ ...options, ...more });

describe('createScheduler', () => {
  it.each([
    ['neither pool nor URL', { databaseUrl: undefined }, 'either a pool or a databaseUrl'],
    ['both a pool and a URL', { pool: { query() {}, connect() {} } }, 'either a pool or a databaseUrl'],
    ['nobody to do the work', { subscriptions: {} }, 'either a workerUrl or a process function'],
    ['no word about subscriptions', { subscriptions: undefined }, 'either a workerUrl or a process function'],
    ['a worker URL that is none', { subscriptions: { workerUrl: 'nowhere' } }, 'workerUrl must be a URL'],
    ['a schema that is no plain name', { schema: 'a"b' }, 'letters, digits, underscores'],
    ['a process called as ours is', { processes: [{ name: 'subscriptions', run: async () => {} }] }, 'two processes'],
  ])('refuses %s', (_what, more, message) => {
    let refused: unknown;
    try {
      made(more)();
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code: 'INVALID_CONFIG' });
    expect(String((refused as Error).message)).toContain(message);
  });

  it('rejects a start without a database, and can be stopped all the same', async () => {
    const scheduler = createScheduler(options);
    await expect(scheduler.start()).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      cause: { code: 'ECONNREFUSED' },
    });
    await expect(scheduler.stop()).resolves.toBeUndefined();
  });
});
