// Dead letters by kind of error: what counts as the same error, and where the looking ends.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listDeadGroups } from '../../../../src/db/queue/admin-queries/dead-groups.js';
import { errorGroup } from '../../../../src/db/queue/admin-queries/error-group.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const groupOf = async (message: string | null): Promise<string> => {
  const { rows } = await database.pool.query<{ error: string }>(`SELECT ${errorGroup('$1::text')} AS error`, [message]);
  return rows[0]?.error ?? '';
};

describe('the kind of an error', () => {
  it.each([
    ['order 4711 is gone', 'order # is gone'],
    ['order_4711 took 1,000.5 s at 03:15:22', '# took # s at #'],
    ['connect ECONNREFUSED 10.0.0.1:5432', 'connect ECONNREFUSED #'],
    ['no account 6F9619FF-8b86-d011-b42d-00c04fc964ff.', 'no account #.'],
    ['No such customer: cus_NffrFeUfNV2Hib', 'No such customer: #'],
    ['550 <bob.b+x@mail.example.com>: no such user', '# <#>: no such user'],
    [`don't know "a@example.com"`, `don't know "#"`],
    ['die Straße 12 gibt es nicht', 'die Straße # gibt es nicht'],
    ['two\nlines 1', 'two\nlines #'],
    ['a well-known word without one', 'a well-known word without one'],
    ['', '(no message)'],
    [null, '(no message)'],
  ])('of %j is %j', async (message, expected) => {
    expect(await groupOf(message)).toBe(expected);
  });

  it('looks at the first 500 characters, and is quick with what is made to be slow', async () => {
    expect(await groupOf(`${'x'.repeat(498)} 1`)).toBe(`${'x'.repeat(498)} #`);
    expect(await groupOf('a1_'.repeat(1_000))).toBe('#');
    expect(await groupOf('a-'.repeat(1_000))).toHaveLength(500);
    expect(await groupOf('@'.repeat(1_000))).toHaveLength(500);
  });
});

describe('groups', () => {
  beforeAll(async () => {
    await database.pool.query(`
      INSERT INTO punctual.jobs (id, type, queue, status, error_code, error_message, completed_at, dead_at)
      SELECT gen_random_uuid(), CASE WHEN n <= 6 THEN 'mail' ELSE 'bill' END, CASE WHEN n = 10 THEN 'slow' ELSE 'default' END, 'dead',
        CASE WHEN n = 6 THEN 'OTHER' ELSE 'E' END, CASE WHEN n <= 6 THEN 'mail ' || n ELSE 'bill ' || chr(96 + n) END, t, t
      FROM (SELECT n, timestamptz '2026-05-01T00:00:00Z' + n * interval '1 minute' AS t FROM generate_series(1, 10) n) r`);
  });

  const list = (filter = {}, limits = {}) =>
    listDeadGroups(database.db, filter, { lookedAt: 100, grouped: 100, groups: 100, ...limits });

  it('have their count, first, last and newest job; the largest comes first, then the newest', async () => {
    const { items, capped } = await list();
    expect(capped).toBe(false);
    expect(items.map(({ type, errorCode, error, count }) => [type, errorCode, error, count])).toEqual([
      ['mail', 'E', 'mail #', 5],
      ['bill', 'E', 'bill j', 1],
      ['bill', 'E', 'bill i', 1],
      ['bill', 'E', 'bill h', 1],
      ['bill', 'E', 'bill g', 1],
      ['mail', 'OTHER', 'mail #', 1],
    ]);
    expect(items[0]).toMatchObject({
      firstAt: new Date('2026-05-01T00:01:00Z'),
      lastAt: new Date('2026-05-01T00:05:00Z'),
      sampleMessage: 'mail 5',
    });
  });

  it('are those of a type or a queue where that is asked for', async () => {
    expect((await list({ type: 'mail' })).items).toHaveLength(2);
    expect((await list({ type: 'mail', queue: 'slow' })).items).toEqual([]);
    expect((await list({ queue: 'slow' })).items).toEqual([expect.objectContaining({ error: 'bill j' })]);
  });

  it.each([
    [{ lookedAt: 9 }, {}, [4, 1, 1, 1, 1, 1]],
    [{ lookedAt: 9 }, { type: 'nobody' }, []],
    [{ grouped: 4 }, { type: 'mail' }, [3, 1]],
    [{ groups: 5 }, {}, [5, 1, 1, 1, 1]],
  ])('say that there is more than %j allow of %j', async (limits, filter, counts) => {
    const { items, capped } = await list(filter, limits);
    expect({ capped, counts: items.map(({ count }) => count) }).toEqual({ capped: true, counts });
  });
});
