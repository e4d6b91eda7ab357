// The members of a list of half a million over HTTP: pages, the search, and all of them as a file.
import { performance } from 'node:perf_hooks';
import { Agent, request } from 'undici';
import { quantile, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { withClient } from '../../support/database.js';
import { atMost, benchmark } from '../../support/frame.js';
import { byTenth } from '../../support/memory.js';
import { forkServer } from '../../support/programs/forked.js';
import { OWNER } from '../../contestants/lists/settings.js';

const LIST = '0190a0a0-0000-7000-8000-000000000001';
const MOST_MS = 100;
const dispatcher = new Agent({ connections: 1, headersTimeout: 0, bodyTimeout: 0 });

/** In an order that is not that of their addresses, as an audience arrives. */
const MEMBERS = `
  INSERT INTO punctual.batch_list_members (list_id, email_key, email, external_id, name, joined_at)
  SELECT $1, a, a, 'm' || n, 'Member ' || n, now() - n * interval '1 minute'
  FROM (SELECT n, 'member.' || n * 7919 % $2::bigint || '@example.com' AS a FROM generate_series(1, $2::bigint) n) AS made`;

async function fill(databaseUrl: string, size: number): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(
      `INSERT INTO punctual.batch_lists (id, workspace_id, user_id, name, audience, source, status, fetched, inserted, completed_at)
       VALUES ($1, $2, $3, 'all', 'everyone', 'csv', 'completed', $4, $4, now())`,
      [LIST, OWNER.workspaceId, OWNER.userId, size],
    );
    await client.query(MEMBERS, [LIST, size]);
    await client.query('VACUUM ANALYZE punctual.batch_list_members');
  });
}

interface Page {
  readonly items: readonly { readonly email: string }[];
  readonly next_cursor: string | null;
}

interface Read {
  readonly firstByteMs: number;
  readonly ms: number;
  readonly body: Buffer;
}

async function read(url: string): Promise<Read> {
  const since = performance.now();
  const { statusCode, body } = await request(url, { dispatcher });
  let firstByteMs = Number.NaN;
  const parts: Buffer[] = [];
  for await (const part of body) {
    if (parts.length === 0) firstByteMs = performance.now() - since;
    parts.push(part as Buffer);
  }
  const whole = { firstByteMs, ms: performance.now() - since, body: Buffer.concat(parts) };
  if (statusCode !== 200) throw new Error(`${statusCode}: ${whole.body.toString()}`);
  return whole;
}

const pageOf = ({ body }: Read): Page => JSON.parse(body.toString()) as Page;

/** A cursor in the middle of the list. */
async function middleOf(url: string, size: number): Promise<string> {
  const { items } = pageOf(await read(`${url}?limit=1&q=member.${Math.floor(size / 2)}@example.com`));
  return Buffer.from(items[0]?.email ?? '').toString('base64url');
}

/** The queries, and how many members the first page of each must have. */
const queriesOf = (middle: string) =>
  ({
    'first page': ['', 50],
    'a page in the middle': [`&cursor=${middle}`, 50],
    'search: the beginning of an address': ['&q=member.471', 50],
    'search: a whole address': ['&q=member.4711@example.com', 1],
    'search: within an address': ['&q=11@example', 50],
    'search: a name': ['&q=Member%204711', 0],
    'search: nothing': ['&q=nobody', 0],
  }) as const;

async function measurePages(url: string, size: number, rounds: number): Promise<Record<string, readonly number[]>> {
  const queries = queriesOf(await middleOf(url, size));
  const times: Record<string, number[]> = {};
  for (let round_ = -2; round_ < rounds; round_ += 1) {
    for (const [name, [query, least]] of Object.entries(queries)) {
      const found = await read(`${url}?limit=50${query}`);
      if (pageOf(found).items.length < least) throw new Error(`${name}: ${found.body.toString().slice(0, 200)}`);
      if (round_ >= 0) (times[name] ??= []).push(found.firstByteMs);
    }
  }
  return times;
}

/** A search that finds nothing, page after page to the end of the list. */
async function searchToEnd(url: string): Promise<{ readonly pages: number; readonly ms: number }> {
  const since = performance.now();
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages += 1) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
    cursor = pageOf(await read(`${url}?limit=50&q=nobody${after}`)).next_cursor;
  }
  return { pages, ms: performance.now() - since };
}

async function download(host: string, size: number, rounds: number) {
  const files: Read[] = [];
  await read(`${host}/memory`);
  for (let round_ = 0; round_ < rounds; round_ += 1) {
    const file = await read(`${host}/api/batch-lists/${LIST}/members.csv`);
    const lines = file.body.toString().split('\r\n').length - 2;
    if (lines !== size) throw new Error(`the file has ${lines} members instead of ${size}`);
    files.push({ ...file, body: Buffer.alloc(0) });
  }
  const rss = JSON.parse((await read(`${host}/memory`)).body.toString()) as number[];
  return { firstByteMs: files.map(({ firstByteMs }) => firstByteMs), ms: files.map(({ ms }) => ms), rss };
}

const spread = (times: readonly number[]) => ({
  p50: round(quantile(times, 0.5), 1),
  p95: round(quantile(times, 0.95), 1),
  max: round(Math.max(...times), 1),
});

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('members', async (fresh) => {
    const settings = quick ? { size: 100_000, rounds: 10, files: 3 } : { size: 500_000, rounds: 40, files: 10 };
    const databaseUrl = await fresh();
    const host = await forkServer('contestants/lists/host.ts', { databaseUrl });
    try {
      await fill(databaseUrl, settings.size);
      const url = `${host.url}/api/batch-lists/${LIST}/members`;
      const times = await measurePages(url, settings.size, settings.rounds);
      const toEnd = await searchToEnd(url);
      const files = await download(host.url, settings.size, settings.files);
      const figures = Object.fromEntries(
        [...Object.entries(times), ['members.csv', files.firstByteMs] as const].map(([name, all]) => [
          name,
          spread(all),
        ]),
      );
      const tenths = byTenth(files.rss);
      return {
        settings,
        figures: {
          first_byte_ms: figures,
          search_to_end: { pages: toEnd.pages, seconds: round(toEnd.ms / 1_000, 2) },
          file: { seconds: spread(files.ms.map((ms) => ms / 1_000)), rss_mb_by_tenth: tenths },
        },
        shown: [
          ['first byte of', 'p50, ms', 'p95, ms', 'max, ms'],
          Object.entries(figures).map(([name, { p50, p95, max }]) => [name, p50, p95, max]),
        ],
        targets: [
          ...Object.entries(figures).map(([name, { p95 }]) =>
            atMost(`${name}, p95 of the first byte, ms`, p95, MOST_MS),
          ),
          atMost('memory while files are read, last tenth ÷ second tenth', tenths.at(-1)! / tenths[1]!, 1.2, {
            note: `${Math.max(...tenths)} MB`,
          }),
        ],
      };
    } finally {
      host.stop();
      await dispatcher.destroy();
    }
  });
