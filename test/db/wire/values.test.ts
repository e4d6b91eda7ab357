// Values on their way to PostgreSQL and back: what was sent is what is read, whatever the session's time zone.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withSchema } from '../../../src/db/database.js';
import { readArray } from '../../../src/db/wire/read-array.js';
import { readInstant } from '../../../src/db/wire/read-instant.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.close());

const echo = async (type: string, value: unknown): Promise<unknown> =>
  (await database.db.query<{ value: unknown }>(`SELECT $1::${type} AS value`, [value])).rows[0]?.value;

describe('a value', () => {
  it.each<[string, unknown]>([
    ['text', 'it\'s a "quoted" \\ text\nof two lines'],
    ['text', null],
    ['bool', true],
    ['bool', false],
    ['int2', -7],
    ['int4', 2_147_483_647],
    ['oid', 4_294_967_295],
    ['int8', '9223372036854775807'],
    ['numeric', '123456789012345678901234567890.5'],
    ['float4', 1.5],
    ['float8', 0.1],
    ['float8', Number.NaN],
    ['bytea', Buffer.from([0, 1, 92, 255])],
    ['json', { a: [1, null, 'x'] }],
    ['jsonb', { a: { b: 'ü' } }],
    ['uuid', '0190e6c2-7b1a-7000-8000-000000000001'],
    ['timestamptz', Infinity],
    ['timestamptz', -Infinity],
    ['bool[]', [true, null, false]],
    ['int4[]', [1, null, -3]],
    ['int8[]', ['1', '9223372036854775807']],
    ['float8[]', [0.1, 1e300]],
    ['text[]', ['', 'NULL', 'null', 'a,b', '{x}', '"', '\\', null]],
    ['text[]', []],
    ['timestamptz[]', [new Date('2026-03-01T00:00:00.123Z'), null]],
    ['jsonb[]', [{ a: 1 }]],
  ])('of type %s comes back as it was: %p', async (type, value) => {
    expect(await echo(type, value)).toEqual(value);
  });

  it('of a type that is not known comes back as text', async () => {
    expect(await echo('interval', '1 day')).toBe('1 day');
    expect(await echo('date', '2026-03-01')).toBe('2026-03-01');
  });

  it.each([
    '2026-03-01T12:34:56.789Z',
    '0001-01-01T00:00:00.000Z',
    '0000-06-15T00:00:00.000Z',
    '-000043-03-15T12:00:00.001Z',
    '1883-11-18T17:00:00.500Z',
    '+010000-01-01T00:00:00.000Z',
    '+200000-12-31T23:59:59.999Z',
  ])('%s is the same instant in every time zone', async (iso) => {
    for (const zone of ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Africa/Monrovia']) {
      const client = await database.pool.connect();
      try {
        await client.query(`SET TimeZone = '${zone}'`);
        const { rows } = await withSchema(client, 'punctual').query(
          'SELECT $1::timestamptz AS at, to_json(extract(epoch FROM $1::timestamptz)) AS epoch',
          [new Date(iso)],
        );
        expect(rows[0]).toEqual({ at: new Date(iso), epoch: new Date(iso).getTime() / 1_000 });
      } finally {
        client.release(true);
      }
    }
  });

  it('that is no date is refused before it is sent', async () => {
    await expect(echo('timestamptz', new Date('never'))).rejects.toThrow(RangeError);
  });
});

describe('readInstant', () => {
  it('reads what PostgreSQL writes, for any instant and zone', () =>
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.integer({ min: -57_599, max: 57_599 }), (at, offsetS) => {
        const year = at.getUTCFullYear();
        fc.pre(year > 0 && year < 9_999);
        const local = new Date(at.getTime() + offsetS * 1_000).toISOString().replace('T', ' ').slice(0, -1);
        fc.pre(/^\d/.test(local));
        const part = (n: number): string => String(n).padStart(2, '0');
        const size = Math.abs(offsetS);
        const parts = [Math.floor(size / 3_600), Math.floor(size / 60) % 60, size % 60].map(part);
        expect(readInstant(`${local}999${offsetS < 0 ? '-' : '+'}${parts.join(':')}`)).toEqual(at);
      }),
    ));

  it('refuses another style', () => {
    expect(() => readInstant('01.05.2024 10:00:00 CEST')).toThrow(RangeError);
  });
});

describe('readArray', () => {
  it('refuses an array of arrays', () => {
    expect(() => readArray('{{1},{2}}', Number)).toThrow(RangeError);
  });

  it('steps over the bounds that some arrays carry', () => {
    expect(readArray('[0:1]={1,2}', Number)).toEqual([1, 2]);
  });
});
