// Shows the plans of reading and searching the members of a large list, half a million by default:
// `npx tsx bench/explain/members.ts <url> [members] [--plans]`. Replaces the members in that database.
import pg from 'pg';
import { migrate } from '../../src/compose/database/migrate.js';
import { type Database, withSchema } from '../../src/db/database.js';
import { lists } from '../../src/modules/lists/index.js';
import { listMembers } from '../../src/modules/lists/db/members.js';
import { searchMembers } from '../../src/modules/lists/db/search-members.js';
import { explaining, showPlans, type Explained, type Statement } from './explaining.js';

const [url, size = '500000'] = process.argv.slice(2);
if (!url) throw new Error('the first argument must be the URL of a database that may be overwritten');

const LIST = '0190a0a0-0000-7000-8000-000000000001';

const SEED = `
  INSERT INTO punctual.batch_list_members (list_id, email_key, email, external_id, name, joined_at)
  SELECT $1, a, a, 'm' || n, 'Member ' || n, now()
  FROM (SELECT n, 'member.' || n * 7919 % $2::bigint || '@example.com' AS a FROM generate_series(1, $2::bigint) n) AS made`;

interface Explaining {
  readonly db: Database;
  begin(): void;
  /** The sum of all statements since `begin`. */
  sum(): Explained;
}

/** Each statement is explained and then run, because a search continues from what its previous statements have found. */
function explainingAll(client: pg.Client): Explaining {
  const { db: explained, last } = explaining(client);
  const real = withSchema(client, 'punctual');
  let seen: Explained[] = [];
  const query = async (text: string, values?: unknown[]) => {
    await explained.query(text, values);
    seen.push(last());
    return (await real.query(text, values)) as never;
  };
  return {
    db: { ...explained, query },
    begin: () => (seen = []),
    sum: () => ({
      ms: seen.reduce((total, { ms }) => total + ms, 0),
      buffers: seen.reduce((total, { buffers }) => total + buffers, 0),
      plan: seen.map(({ plan }) => plan).join('\n\n'),
    }),
  };
}

async function main(databaseUrl: string): Promise<void> {
  await migrate({ connectionString: databaseUrl, subscriptions: false, modules: [lists()] });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('TRUNCATE punctual.batch_list_members');
  await client.query(SEED, [LIST, Number(size)]);
  await client.query('VACUUM (ANALYZE) punctual.batch_list_members');
  const { db, begin, sum } = explainingAll(client);
  const middle = `member.${Math.floor(Number(size) / 2)}@example.com`;
  const page = { listId: LIST, after: null, limit: 51 };
  const of = (work: () => Promise<unknown>) => () => {
    begin();
    return work();
  };
  const searched = (search: string, after: string | null = null) =>
    of(() => searchMembers(db, { listId: LIST, after, limit: 50, search }));
  const statements: Statement[] = [
    ['first page', of(() => listMembers(db, page))],
    ['a page in the middle', of(() => listMembers(db, { ...page, after: middle }))],
    ['2,000 for the file, in the middle', of(() => listMembers(db, { ...page, after: middle, limit: 2_000 }))],
    ['search: the beginning of an address', searched('member.471')],
    ['search: a whole address', searched('member.4711@example.com')],
    ['search: within an address', searched('11@example')],
    ['search: a name', searched('Member 4711')],
    ['search: nothing', searched('nobody')],
    ['search: nothing, a page in the middle', searched('nobody', ` ${middle}`)],
  ];
  await showPlans(statements, sum);
  await client.end();
}

await main(url);
