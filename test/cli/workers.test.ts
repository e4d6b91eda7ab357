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
  expect(shown.stdout).toMatch(/^lists +0 running, 0 waiting, 0 uploading$/m);
  expect(await run(['stop', '1'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no such worker') });
  const stopped = await run(['stop', String(worker.pid)]);
  expect(stopped).toMatchObject({ code: 0, stdout: '1 worker stopped\n' });
  expect(await worker.ended).toEqual({ code: 0, signal: null });
  expect(await run(['stop'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no worker runs') });
  expect((await run(['status'])).stdout).toMatch(new RegExp(`${worker.pid} +stopped`));
});

it('shows which worker imports how many batch lists, and those that wait, stand still or have failed', async () => {
  const lists = await createTestDatabase();
  try {
    const { rows } = await lists.pool.query<{ id: string }>(
      `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key, state)
       VALUES (gen_random_uuid(), 'importer', 4711, '0', 1, 'alive') RETURNING id`,
    );
    await lists.pool.query(
      `WITH list AS (
         INSERT INTO punctual.batch_lists (id, user_id, name, audience, source, status, job_id, created_at, updated_at, completed_at)
         SELECT gen_random_uuid(), 'ann', 'n', 'a', 'members_api', s.status, gen_random_uuid(), now() - s.age, now() - s.age,
           CASE s.status WHEN 'failed' THEN now() END
         FROM (VALUES ('running', interval '2 minutes'), ('queued', interval '3 hours'), ('failed', interval '0')) s (status, age)
         RETURNING job_id, status)
       INSERT INTO punctual.job_claims (instance_id, token, job_ids)
       SELECT $1, gen_random_uuid(), array_agg(job_id) FROM list WHERE status = 'running'`,
      [rows[0]?.id],
    );
    const { stdout } = await run(['status'], lists.url);
    expect(stdout).toMatch(/^importer +4711 +alive +0 +1 /m);
    expect(stdout).toMatch(/^lists +1 running, 1 waiting, 0 uploading$/m);
    expect(stdout).toMatch(/^oldest list waiting +3 h$/m);
    expect(stdout).toMatch(/^longest without progress +2 min$/m);
    expect(stdout).toMatch(/^lists failed within an hour +1$/m);
    const json = JSON.parse((await run(['status', '--json'], lists.url)).stdout) as Record<string, unknown>;
    expect(json).toMatchObject({ workers: [{ pid: 4711, lists: 1 }], lists: { running: 1, queued: 1, failed: 1 } });
  } finally {
    await lists.close();
  }
});

it('says what is wrong with the database', async () => {
  expect(await run(['status'], 'postgres://127.0.0.1:9/none')).toMatchObject({ code: 3 });
  expect(await run(['status'], '')).toMatchObject({ code: 1, stderr: expect.stringContaining('set DATABASE_URL') });
  const empty = await createEmptyDatabase();
  const ended = await run(['status'], empty.url).finally(empty.close);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('punctual migrate up') });
});
