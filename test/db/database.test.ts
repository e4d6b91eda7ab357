// Transactions: committed, rolled back, and cut off by a connection that is lost.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { borrowed, type Db, type Queryable } from '../../src/db/database.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
  await database.pool.query('CREATE TABLE notes (text text)');
});
afterAll(() => database.close());

const note = (db: Db, text: string) => db.query('INSERT INTO notes VALUES ($1)', [text]);
const notes = async (): Promise<string[]> =>
  (await database.pool.query<{ text: string }>('SELECT text FROM notes ORDER BY text')).rows.map(({ text }) => text);
const backendOf = async (db: Db): Promise<number> =>
  (await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;

/** What reaches the process while `work` goes on: an error that nobody listens for ends it. */
async function uncaughtDuring(work: () => Promise<unknown>): Promise<unknown[]> {
  const uncaught: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => void uncaught.push(error));
  try {
    await work();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.removeAllListeners('uncaughtException');
    before.forEach((listener) => process.on('uncaughtException', listener));
  }
  return uncaught;
}

describe('transaction', () => {
  it('commits what was done, and rolls it back when the work rejects', async () => {
    await database.db.transaction((tx) => note(tx, 'kept'));
    const failing = database.db.transaction(async (tx) => {
      await note(tx, 'not kept');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await notes()).toEqual(['kept']);
  });

  it('rejects when its connection is cut in the middle of a statement, and the process lives', async () => {
    const uncaught = await uncaughtDuring(async () => {
      const cut = database.db.transaction((tx) => tx.query('SELECT pg_terminate_backend(pg_backend_pid())'));
      await expect(cut).rejects.toThrow(/terminat/);
    });
    expect(uncaught).toEqual([]);
  });

  it('rejects when its connection is cut between two statements, and the process lives', async () => {
    const uncaught = await uncaughtDuring(async () => {
      const cut = database.db.transaction(async (tx) => {
        await note(tx, 'lost');
        const pid = await backendOf(tx);
        await database.pool.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
        for (;;) await tx.query('SELECT 1'); // until the loss has come through
      });
      await expect(cut).rejects.toThrow();
    });
    expect(uncaught).toEqual([]);
    expect(await notes()).toEqual(['kept']);
    await expect(database.db.transaction(backendOf)).resolves.toBeGreaterThan(0);
  });
});

describe('a statement of ours', () => {
  it('takes a Db, which a plain Queryable is not: the compiler sees to it', async () => {
    const plain: Queryable = database.pool;
    // @ts-expect-error a pool does not know what {schema} stands for
    const unknown: Db = plain;
    // @ts-expect-error nor is one made by adding a name
    const named: Db = { schema: 'punctual', query: database.pool.query };
    await expect(unknown.query('SELECT {schema}')).rejects.toThrow('syntax error');
    expect(named.schema).toBe('punctual');
  });

  it('runs on a Queryable of any kind with values as text', async () => {
    const sent: unknown[] = [];
    const query = async (text: string, values?: unknown[]) => {
      sent.push(text, values);
      return { rows: [] };
    };
    const at = new Date('2026-03-01T00:00:00Z');
    await borrowed({ query }, 'My-Schema').query('SELECT $1 FROM {schema}.t', [at, 1, true, ['a', null]]);
    expect(sent).toEqual(['SELECT $1 FROM "My-Schema".t', ['2026-03-01T00:00:00.000Z', '1', 'true', '{"a",NULL}']]);
  });
});

describe('cutSilent', () => {
  it('cuts what has waited for so long, in and out of transactions, and nothing of what the host has running on the pool', async () => {
    const slow = 'SELECT pg_sleep(2)';
    const ended: string[] = [];
    const outcome = (who: string, work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => ended.push(`${who} answered`),
        () => ended.push(`${who} cut`),
      );
    const uncaught = await uncaughtDuring(async () => {
      const host = outcome('host', database.pool.query(slow));
      const ours = [
        outcome('statement', database.db.query(slow)),
        outcome(
          'transaction',
          database.db.transaction((tx) => tx.query(slow)),
        ),
      ];
      const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query = $1 AND state = 'active'`;
      await waitFor(async () => (await database.pool.query<{ n: number }>(waiting, [slow])).rows[0]?.n === 3);
      expect(database.db.cutSilent(60_000)).toBe(0);
      expect(database.db.cutSilent(0)).toBe(2);
      await Promise.all(ours);
      await host;
    });
    expect(ended.sort()).toEqual(['host answered', 'statement cut', 'transaction cut']);
    expect(uncaught).toEqual([]);
    expect(await backendOf(database.db)).toBeGreaterThan(0);
  });
});
