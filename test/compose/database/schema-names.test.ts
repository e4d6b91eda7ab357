// The schema of our tables may have any name that is worth one: with capitals, hyphens, or as long as PostgreSQL allows.
import { afterEach, expect, it } from '@jest/globals';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { coreFlows } from '../core-flows.js';

let database: TestDatabase;
afterEach(() => database.close());

it.each(['My-Schema', 'two words', 'größe', 'select', 'x'.repeat(63)])(
  'the schema may be called "%s"',
  async (schema) => {
    database = await createEmptyDatabase();
    expect(await coreFlows(database.pool, schema)).toMatchObject({ ready: true, counts: { successful: 1 } });
    const { rows } = await database.pool.query<{ schema: string }>(
      `SELECT DISTINCT schemaname AS schema FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public')`,
    );
    expect(rows).toEqual([{ schema }]);
  },
  60_000,
);
