// `punctual import`: a file becomes a batch list of a user's, exactly, or is refused with the line; an upload that is interrupted leaves
// nothing behind. And what operators see of lists.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '../../support/wait-for.js';
import { ADMIN_TOKEN, startLiveServer, type LiveServer } from './server.js';

interface List {
  readonly id: string;
  readonly name: string;
  readonly audience: string;
  readonly user_id: string;
  readonly workspace_id: string | null;
  readonly status: string;
  readonly progress: { readonly inserted: number; readonly duplicates: number; readonly invalid: number };
}

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer();
}, 60_000);
afterAll(() => server.close());

async function file(name: string, text: string): Promise<string> {
  const at = path.join(server.line.folder, name);
  await writeFile(at, text);
  return at;
}

const rows = (count: number): string =>
  Array.from({ length: count }, (_, n) => `member${n}@example.com,Member ${n}`).join('\n');
const get = async (at: string): Promise<{ items: List[]; next_cursor: string | null }> =>
  (await (
    await fetch(`${server.url}/admin${at}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN.split(':')[1]}` } })
  ).json()) as { items: List[]; next_cursor: string | null };

it('stores a file as a list with its name, and says what was left out', async () => {
  const at = await file('spring.csv', `email,name\n${rows(5_000)}\nMEMBER1@example.com,Again\nno address,Nobody\n`);
  const list = await server.json<List>(['import', at, '--user-id', 'ann', '--workspace-id', 'acme']);
  expect(list).toMatchObject({
    ...{ name: 'spring', audience: 'spring', user_id: 'ann', workspace_id: 'acme', status: 'completed' },
    progress: { inserted: 5_000, duplicates: 1, invalid: 1 },
  });
  const shown = await server.run(['import', at, '--user-id', 'bob', '--name', 'Mine', '--audience', 'buyers']);
  expect(shown.stdout).toMatch(/^list [\w-]+ \(Mine\) has 5,000 members\nleft out: 1 duplicates, 1 invalid\n/);
  const { items } = await get('/batch-lists?user_id=bob');
  expect(items).toMatchObject([{ name: 'Mine', audience: 'buyers', workspace_id: null }]);
  const first = await get('/batch-lists?limit=1');
  const second = await get(`/batch-lists?limit=1&cursor=${first.next_cursor}`);
  expect([...first.items, ...second.items].map(({ user_id: user }) => user)).toEqual(['bob', 'ann']);
  const audit = (await get('/audit?action=batch_list.import')) as unknown as { items: object[] };
  expect(audit.items).toMatchObject([
    { actor: 'ops', target: items[0]?.id, details: { user_id: 'bob' } },
    { actor: 'ops', target: list.id, details: { user_id: 'ann', workspace_id: 'acme' } },
  ]);
});

it('reads the standard input', async () => {
  const args = [server.line.script('cli/punctual.js'), 'import', '-', '--user-id', 'ann', '--name', 'Piped', '--json'];
  const env = { PATH: process.env['PATH'], PUNCTUAL_URL: server.url, ADMIN_TOKEN };
  const child = spawn(process.execPath, args, { env, cwd: server.line.folder });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.end(`email\n${rows(3).replaceAll(/,.*/g, '')}\n`);
  expect(await ended).toBe(0);
  expect(JSON.parse(said)).toMatchObject({ name: 'Piped', progress: { inserted: 3 } });
});

it('says what is wrong: with the file, its lines, and the arguments', async () => {
  const broken = await file('broken.csv', 'email\na@example.com\n"b@example.com\n');
  expect(await server.run(['import', broken, '--user-id', 'ann'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/line \d/),
  });
  expect(await server.run(['import', 'nowhere.csv', '--user-id', 'ann'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/nowhere\.csv cannot be read: .*ENOENT/),
  });
  expect(await server.run(['import', '.', '--user-id', 'ann'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is a folder'),
  });
  expect(await server.run(['import', broken])).toMatchObject({ code: 2, stderr: expect.stringContaining('--user-id') });
  expect((await server.run(['import', broken, '--user-id', 'ann', '--priority', 'soon'])).code).toBe(2);
  expect(await server.run(['import', broken, '--user-id', 'ann', '--url', 'http://127.0.0.1:9'])).toMatchObject({
    code: 3,
  });
});

it('leaves nothing of an upload that is interrupted', async () => {
  const args = [server.line.script('cli/punctual.js'), 'import', '-', '--user-id', 'eve', '--name', 'Torn'];
  const env = { PATH: process.env['PATH'], PUNCTUAL_URL: server.url, ADMIN_TOKEN };
  const child = spawn(process.execPath, args, { env, cwd: server.line.folder });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.write(`email,name\n${rows(5_000)}\n`);
  const stored = (): Promise<number> =>
    server.database.pool
      .query(`SELECT FROM punctual.batch_lists WHERE user_id = 'eve'`)
      .then(({ rows: found }) => found.length);
  await waitFor(async () => (await stored()) === 1, { timeoutMs: 20_000 });
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(said).toContain('no part of the file was stored');
  expect((await get('/batch-lists?user_id=eve')).items).toEqual([]);
  await waitFor(async () => (await stored()) === 0, { timeoutMs: 20_000 });
});
