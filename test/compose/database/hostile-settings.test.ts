// Settings of the host's database, role or pool that change how values are written, read or isolated: none of them matters.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { coreFlows } from '../core-flows.js';

const SETTINGS: Readonly<Record<string, string>> = {
  DateStyle: 'German, DMY',
  IntervalStyle: 'iso_8601',
  TimeZone: 'America/St_Johns',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  array_nulls: 'off',
  standard_conforming_strings: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
  row_security: 'off',
  synchronous_commit: 'off',
  plan_cache_mode: 'force_generic_plan',
  quote_all_identifiers: 'on',
  transform_null_equals: 'on',
};

const startupOptions = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
    .join(' ');

let expected: Record<string, unknown>;
const databases: TestDatabase[] = [];
const open = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
};

async function flows(options = ''): Promise<Record<string, unknown>> {
  const { url } = await open();
  const pool = new pg.Pool({ connectionString: url, max: 10, options });
  pool.on('error', () => {});
  try {
    return await coreFlows(pool);
  } finally {
    await pool.end();
  }
}

beforeAll(async () => {
  expected = await flows();
  expect(expected).toMatchObject({
    ready: true,
    counts: { successful: 1 },
    ran: [['ü "quoted" \\ NULL', 1.5, 1772360430456, 1]],
  });
}, 60_000);
afterAll(() => Promise.all(databases.map((database) => database.close())));

/** In threes: each scheduler waits more than it works. */
const names = Object.keys(SETTINGS);
const groups = Array.from({ length: Math.ceil(names.length / 3) }, (_, index) => names.slice(3 * index, 3 * index + 3));

describe('a pool whose connections have another default', () => {
  it.each(groups)(
    'for %s, %s or %s works as any other',
    async (...group) => {
      const facts = await Promise.all(group.map((name) => flows(startupOptions({ [name]: SETTINGS[name] as string }))));
      for (const fact of facts) expect(fact).toEqual(expected);
    },
    90_000,
  );

  it('for all of them works as any other', async () => {
    expect(await flows(startupOptions(SETTINGS))).toEqual(expected);
  }, 90_000);
});
