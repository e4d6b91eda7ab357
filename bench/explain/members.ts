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

/** The list is one of a thousand of its workspace. */
const LISTS = `
  INSERT INTO punctual.batch_lists (id, workspace_id, user_id, name, audience, source, status, completed_at)
  SELECT CASE WHEN n = 1 THEN $1 ELSE gen_random_uuid() END, 'w', 'u', 'list ' || n, 'everyone', 'csv', 'completed', now()
  FROM generate_series(1, 1000) n`;

interface Explaining {
  readonly db: Database;
  /** Forgets the statements so far. `secured`: the next ones run as requests of users do, behind row-level security. */
  begin(secured: boolean): void;
  /** The sum of all statements since `begin`. */
  sum(): Explained;
}

/** Each statement is explained and then run, because a search continues from what its previous statements have found. */
function explainingAll(client: pg.Client): Explaining {
  const { db: explained, last } = explaining(client);
  const real = withSchema(client, 'punctual');
  let seen: Explained[] = [];
  let secured = false;
  const query = async (text: string, values?: unknown[]) => {
    if (secured) {
      await explained.query(`SET LOCAL punctual.workspace_id = 'w'; SET LOCAL punctual.user_id = 'u'`);
      await explained.query('SET LOCAL ROLE punctual_user');
    }
    await explained.query(text, values);
    seen.push(last());
    return (await real.query(text, values)) as never;
  };
  return {
    db: { ...explained, query },
    begin(behind) {
      seen = [];
      secured = behind;
    },
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
  await client.query('TRUNCATE punctual.batch_list_members, punctual.batch_lists');
  await client.query(LISTS, [LIST]);
  await client.query(SEED, [LIST, Number(size)]);
  await client.query('VACUUM (ANALYZE) punctual.batch_list_members, punctual.batch_lists');
  const { db, begin, sum } = explainingAll(client);
  const middle = `member.${Math.floor(Number(size) / 2)}@example.com`;
  const page = { listId: LIST, after: null, limit: 51 };
  const searched = (search: string, after: string | null = null) =>
    searchMembers(db, { listId: LIST, after, limit: 50, search });
  const statements: Statement[] = [
    ['first page', () => listMembers(db, page)],
    ['a page in the middle', () => listMembers(db, { ...page, after: middle })],
    ['2,000 for the file, in the middle', () => listMembers(db, { ...page, after: middle, limit: 2_000 })],
    ['search: the beginning of an address', () => searched('member.471')],
    ['search: a whole address', () => searched('member.4711@example.com')],
    ['search: within an address', () => searched('11@example')],
    ['search: a name', () => searched('Member 4711')],
    ['search: nothing', () => searched('nobody')],
    ['search: nothing, a page in the middle', () => searched('nobody', ` ${middle}`)],
  ];
  for (const secured of [false, true]) {
    console.log(secured ? '\nbehind row-level security' : 'without row-level security');
    const begun = statements.map(([name, work]): Statement => [name, () => (begin(secured), work())]);
    await showPlans(begun, sum);
  }
  await client.end();
}

await main(url);
