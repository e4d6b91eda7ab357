// The search among the members of a list: what begins with the text first, then what contains it, a limited number of members at a time.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '../../../../src/compose/database/migrate.js';
import { lists } from '../../../../src/modules/lists/index.js';
import { searchMembers, searchTexts } from '../../../../src/modules/lists/db/search-members.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';

const LIST = '0190a0a0-0000-7000-8000-000000000001';
const OTHER = '0190a0a0-0000-7000-8000-000000000002';
let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase();
  await migrate({ connectionString: database.url, subscriptions: false, modules: [lists()] });
  const insert = `INSERT INTO {schema}.batch_list_members (list_id, email_key, email, name)
    SELECT $1, k, k, n FROM unnest($2::text[], $3::text[]) AS m (k, n)`;
  const plain = Array.from({ length: 20 }, (_, n) => `m${String(n).padStart(2, '0')}@example.com`);
  const keys = [...plain, 'ada@example.com', 'adam@example.com', 'zada@example.com', 'q@xn--bcher-kva.example'];
  await database.db.query(insert, [LIST, keys, keys.map((key) => (key.startsWith('m05') ? 'Ada Lovelace' : null))]);
  await database.db.query(insert, [OTHER, ['ada@other.example'], [null]]);
});
afterAll(() => database.close());

/** The pages of a search to its end. */
async function pagesOf(search: string, limit: number, lookedAt?: number): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const page = { listId: LIST, after, limit, search, ...(lookedAt === undefined ? {} : { lookedAt }) };
    const { members, next } = await searchMembers(database.db, page);
    pages.push(members.map(({ email }) => email));
    after = next;
  } while (after !== null);
  return pages;
}

const FOUND = ['ada@example.com', 'adam@example.com', 'm05@example.com', 'zada@example.com'];

describe('a search', () => {
  it('finds what begins with the text first, then what contains it, each once', async () => {
    expect(await pagesOf('ADA', 50)).toEqual([FOUND]);
  });

  it.each([1, 2, 3, 4])('finds the same in pages of %d', async (limit) => {
    const pages = await pagesOf('ada', limit);
    expect(pages.flat()).toEqual(FOUND);
    expect(pages.every((page) => page.length <= limit)).toBe(true);
  });

  it('examines no more members for a page than its limit, and continues after them', async () => {
    const pages = await pagesOf('ada', 50, 5);
    expect(pages.flat()).toEqual(FOUND);
    expect(pages).toHaveLength(5);
    expect(pages).toContainEqual([]);
  });

  it('finds a whole domain in its own script', async () => {
    expect(await pagesOf('@Bücher.example', 50)).toEqual([['q@xn--bcher-kva.example']]);
  });

  it('takes no character for a wildcard', async () => {
    expect(await pagesOf('%', 50)).toEqual([[]]);
    expect(await pagesOf('m0_', 50)).toEqual([[]]);
  });
});

it('the text of a search is written as the keys of addresses are', () => {
  expect(searchTexts(' ÄDA@Exa ')).toEqual({ name: 'äda@exa', address: 'äda@exa' });
  expect(searchTexts('A\u0308@x')).toEqual({ name: 'ä@x', address: 'ä@x' });
});
