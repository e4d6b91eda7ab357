// `punctual worker status` and `punctual worker stop`, with a real worker.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createCommandLine, type CommandLine, type Ended } from '../support/command-line.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { startProcess } from '../support/processes.js';

let line: CommandLine;
let database: TestDatabase;
beforeAll(async () => {
  [line, database] = await Promise.all([createCommandLine(), createTestDatabase()]);
}, 60_000);
afterAll(() => Promise.all([line.close(), database.close()]));

const run = (args: readonly string[], url = database.url): Promise<Ended> =>
  line.run(['worker', ...args], { env: { DATABASE_URL: url } });

it('shows a worker with what waits, and stops it when its jobs are done', async () => {
  await database.pool.query(
    `INSERT INTO punctual.jobs (id, type, run_at) VALUES (gen_random_uuid(), 'nobody.knows', now() - interval '10 minutes')`,
  );
  const worker = await startProcess({
    script: line.script('cli/punctual.js'),
    args: ['worker', 'start'],
    env: { DATABASE_URL: database.url },
    ready: /worker started/,
  });
  const shown = await run(['status']);
  expect(shown.stdout).toMatch(new RegExp(`${worker.pid} +alive +0`));
  expect(shown.stdout).toMatch(/^oldest waiting +10 min$/m);
  expect(await run(['stop', '1'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no such worker') });
  const stopped = await run(['stop', String(worker.pid)]);
  expect(stopped).toMatchObject({ code: 0, stdout: '1 worker stopped\n' });
  expect(await worker.ended).toEqual({ code: 0, signal: null });
  expect(await run(['stop'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no worker runs') });
  expect((await run(['status'])).stdout).toMatch(new RegExp(`${worker.pid} +stopped`));
});

it('says what is wrong with the database', async () => {
  expect(await run(['status'], 'postgres://127.0.0.1:9/none')).toMatchObject({ code: 3 });
  expect(await run(['status'], '')).toMatchObject({ code: 1, stderr: expect.stringContaining('set DATABASE_URL') });
  const empty = await createEmptyDatabase();
  const ended = await run(['status'], empty.url).finally(empty.close);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('punctual migrate up') });
});
