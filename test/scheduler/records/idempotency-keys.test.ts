// Idempotency keys of modules: the first request makes something, repeats are told of it, other requests are refused.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createIdempotencyKeys, type IdempotencyClaim } from '../../../src/scheduler/records/idempotency-keys.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

const keys = createIdempotencyKeys();
const claim = (given: Partial<IdempotencyClaim>) =>
  database.db.transaction((tx) =>
    keys.claim(tx, { scope: 'send:u1', key: 'k', request: { to: 'a' }, id: randomUUID(), ...given }),
  );

describe('an idempotency key', () => {
  it('stands for what the first request made', async () => {
    const id = randomUUID();
    expect(await claim({ key: 'one', id })).toEqual({ id, first: true });
    expect(await claim({ key: 'one' })).toEqual({ id, first: false });
    expect((await claim({ key: 'one', scope: 'send:u2' })).first).toBe(true);
  });

  it('is refused for another request', async () => {
    await claim({ key: 'two' });
    await expect(claim({ key: 'two', request: { to: 'b' } })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('is taken once by requests at the same time, and not by one that is rolled back', async () => {
    const many = await Promise.all(Array.from({ length: 5 }, () => claim({ key: 'three' })));
    expect(many.filter(({ first }) => first)).toHaveLength(1);
    expect(new Set(many.map(({ id }) => id)).size).toBe(1);
    const undone = database.db.transaction(async (tx) => {
      await keys.claim(tx, { scope: 's', key: 'four', request: null, id: randomUUID() });
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect((await claim({ scope: 's', key: 'four' })).first).toBe(true);
  });
});
