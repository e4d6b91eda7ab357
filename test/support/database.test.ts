import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from './database.js';

const tablesOf = async ({ pool }: TestDatabase): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  return rows[0]?.n ?? 0;
};

describe('test databases', () => {
  let migrated: TestDatabase;
  let other: TestDatabase;
  let empty: TestDatabase;

  beforeAll(async () => {
    [migrated, other, empty] = await Promise.all([createTestDatabase(), createTestDatabase(), createEmptyDatabase()]);
  });
  afterAll(() => Promise.all([migrated.close(), other.close(), empty.close()]));

  it('are migrated, or empty', async () => {
    expect(await tablesOf(migrated)).toBeGreaterThan(0);
    expect(await tablesOf(empty)).toBe(0);
  });

  it('do not see each other', async () => {
    await migrated.pool.query('CREATE TABLE only_here (n int)');
    expect(await tablesOf(migrated)).toBe((await tablesOf(other)) + 1);
  });

  it('are gone after close, even with open connections', async () => {
    const closing = await createEmptyDatabase();
    const name = new URL(closing.url).pathname.slice(1);
    await closing.close();
    const { rows } = await migrated.pool.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    expect(rows).toEqual([]);
  });
});
