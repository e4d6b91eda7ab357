// Parsers of pg are global to the process, and a host may have set any of them: the scheduler works as it does without.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { coreFlows } from '../core-flows.js';

const { types, defaults } = pg;

/** What a host might do to each type that our statements use: text as it comes, or something else altogether. */
const HOSTILE: Readonly<Record<string, readonly [id: number, parse: (text: string) => unknown]>> = {
  bool: [16, (text) => (text === 't' ? 1 : 0)],
  bytea: [17, (text) => text],
  int8: [20, BigInt],
  int2: [21, String],
  int4: [23, (text) => text],
  text: [25, (text) => ({ text })],
  oid: [26, (text) => text],
  json: [114, (text) => text],
  jsonb: [3802, (text) => text],
  float4: [700, (text) => text],
  float8: [701, (text) => text],
  varchar: [1043, (text) => ({ text })],
  date: [1082, (text) => text],
  timestamp: [1114, (text) => text],
  timestamptz: [1184, (text) => text],
  interval: [1186, (text) => text],
  numeric: [1700, Number],
  uuid: [2950, (text) => Buffer.from(text)],
  arrays: [1009, (text) => text],
};
const ARRAYS = [199, 1000, 1005, 1007, 1009, 1015, 1016, 1021, 1022, 1028, 1115, 1182, 1185, 1231, 2951, 3807];

const original = new Map<number, (text: string) => unknown>();
const set = (id: number, parse: (text: string) => unknown): void => {
  if (!original.has(id)) original.set(id, types.getTypeParser(id, 'text') as (text: string) => unknown);
  types.setTypeParser(id, parse);
};
function makeHostile(name: string): void {
  const [id, parse] = HOSTILE[name]!;
  for (const one of name === 'arrays' ? ARRAYS : [id]) set(one, parse);
}

let expected: Record<string, unknown>;
const databases: TestDatabase[] = [];
const flows = async (options: pg.PoolConfig = {}): Promise<Record<string, unknown>> => {
  const database = await createTestDatabase();
  databases.push(database);
  const pool = new pg.Pool({ connectionString: database.url, max: 10, ...options });
  pool.on('error', () => {});
  try {
    return await coreFlows(pool);
  } finally {
    await pool.end();
  }
};

beforeAll(async () => {
  expected = await flows();
  // the comparison would hide it if nothing had been read at all
  expect(expected).toMatchObject({
    ready: true,
    counts: { successful: 1 },
    ran: [['ü "quoted" \\ NULL', 1.5, 1772360430456, 1]],
  });
}, 60_000);
afterEach(() => {
  original.forEach((parse, id) => types.setTypeParser(id, parse));
  original.clear();
});
afterAll(() => Promise.all(databases.map((database) => database.close())));

describe('a host with a parser of its own', () => {
  it.each(Object.keys(HOSTILE))(
    'for %s changes nothing',
    async (name) => {
      makeHostile(name);
      expect(await flows()).toEqual(expected);
    },
    60_000,
  );

  it('for every type at once changes nothing', async () => {
    Object.keys(HOSTILE).forEach(makeHostile);
    expect(await flows()).toEqual(expected);
  }, 60_000);

  it('on its pool alone changes nothing', async () => {
    const asBuffer = (text: string): unknown => Buffer.from(text);
    expect(await flows({ types: { getTypeParser: () => asBuffer } })).toEqual(expected);
  }, 60_000);

  it('and with defaults of pg of its own changes nothing', async () => {
    const { parseInputDatesAsUTC, parseInt8 } = defaults;
    try {
      Object.assign(defaults, { parseInputDatesAsUTC: true, parseInt8: true });
      expect(await flows()).toEqual(expected);
    } finally {
      Object.assign(defaults, { parseInputDatesAsUTC, parseInt8 });
    }
  }, 60_000);
});
