// What changes a running server: triggers with their progress, retries, cancelling, pausing, and their dry runs.
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../support/wait-for.js';
import { ADMIN_TOKEN, startLiveServer, type LiveServer } from './server.js';

interface Run {
  readonly id: string;
  readonly status: string;
  readonly counts: Record<string, number>;
}

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer();
}, 60_000);
afterAll(() => server.close());

describe('punctual run', () => {
  it('waits for the end if asked to, with what the process was handed', async () => {
    const run = await server.json<Run>(['run', 'rollup', '--wait', '--input', '{"n":7}']);
    expect(run).toMatchObject({ status: 'completed', counts: { processed: 7 } });
  });

  it('begins a run and follows it live; Ctrl-C leaves the run alone; cancelling ends it', async () => {
    const begun = await server.json<{ run_id: string }>(['run', 'slow']);
    const again = await server.run(['run', 'slow']);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining(begun.run_id) });
    const env = { PATH: process.env['PATH'], PUNCTUAL_URL: server.url, ADMIN_TOKEN };
    const args = [server.line.script('cli/punctual.js'), 'runs', begun.run_id, '--follow'];
    const follower = spawn(process.execPath, args, { env, cwd: server.line.folder });
    const ended = new Promise<number | null>((resolve) => follower.on('exit', resolve));
    let said = '';
    follower.stderr.on('data', (chunk) => (said += String(chunk)));
    await waitFor(() => said.includes('slow'));
    follower.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said).toContain(`punctual cancel run ${begun.run_id}`);
    // progress is written now and then
    const shown = () => server.json<{ status: string; progress: { total: number } | null }>(['runs', begun.run_id]);
    await waitFor(async () => (await shown()).progress !== null, { timeoutMs: 20_000 });
    expect(await shown()).toMatchObject({ status: 'running', progress: { total: 100 } });
    const following = server.run(['runs', begun.run_id, '--follow']);
    expect((await server.run(['cancel', 'run', begun.run_id])).code).toBe(0);
    expect(await following).toMatchObject({ code: 1, stdout: expect.stringMatching(/^status +cancelled$/m) });
  });

  it('refuses a dry run of a process that would do its work', async () => {
    const { code, stderr } = await server.run(['run', 'rollup', '--dry-run']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('rollup has no dry run') });
    expect(await server.run(['run', 'nothing', '--dry-run'])).toMatchObject({ code: 2 });
    expect(await server.run(['run', 'rollup', '--input', '[1]'])).toMatchObject({ code: 2 });
  });
});

describe('subscriptions', () => {
  it('are counted by a dry run, processed with progress, and retried after they died', async () => {
    const [good, bad] = [await server.due('good-2'), await server.due('bad-2')];
    const dry = await server.run(['process-subscriptions', good, bad, '--dry-run']);
    expect(dry.stdout).toBe('dry run: 2 would be processed\n');
    const run = await server.json<Run>(['process-subscriptions', good, bad]);
    expect(run.counts).toMatchObject({ successful: 1, failed: 1, dead: 1 });
    const again = await server.run(['retry', 'subscriptions', '--since', '1h', '--dry-run']);
    expect(again.stdout).toBe('dry run: 1 would be processed\n');
    expect((await server.json<Run>(['retry', 'run', run.id])).counts).toMatchObject({ processed: 1, failed: 1 });
    expect((await server.json<Run>(['process-subscriptions', good, '--force'])).counts).toMatchObject({
      successful: 1,
    });
  });

  it('are paused and resumed one by one and by a filter, never all by mistake', async () => {
    const id = await server.due('good-3');
    expect((await server.run(['pause', 'subscriptions', id])).stdout).toMatch(/is paused/);
    expect((await server.run(['resume', 'subscriptions', id])).stdout).toMatch(/is pending|is completed/);
    const filter = ['--user-id', 'good-3'];
    const dry = await server.run(['pause', 'subscriptions', ...filter, '--until', '2h', '--dry-run']);
    expect(dry.stdout).toBe('dry run: 1 subscription would be paused\n');
    expect((await server.run(['pause', 'subscriptions', ...filter, '--until', '2h'])).stdout).toBe(
      '1 subscription paused\n',
    );
    expect((await server.run(['resume', 'subscriptions', ...filter])).stdout).toBe('1 subscription resumed\n');
    expect(await server.run(['pause', 'subscriptions'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('filter'),
    });
  });
});

describe('processes and queues', () => {
  it('are paused and resumed', async () => {
    expect((await server.run(['pause', 'process', 'rollup'])).stdout).toContain('rollup is off');
    expect(await server.run(['run', 'rollup', '--wait'])).toMatchObject({ code: 1 });
    expect((await server.run(['resume', 'process', 'rollup'])).stdout).toContain('rollup is on');
    expect((await server.run(['pause', 'process', 'rollup', '--until', '1h'])).stdout).toContain('paused until');
    await server.run(['resume', 'process', 'rollup']);
    expect((await server.run(['pause', 'queue', 'default'])).stdout).toBe('queue default is paused\n');
    expect((await server.run(['resume', 'queue', 'default'])).stdout).toBe('queue default is on\n');
  });
});

describe('jobs', () => {
  it('are enqueued, cancelled and put back', async () => {
    const job = await server.json<{ id: string }>(['enqueue', 'cli.greet', '{"name":"Ada"}', '--run-at', '1h']);
    const cancelled = await server.run(['cancel', 'job', job.id, '--reason', 'not now']);
    expect(cancelled.stdout).toBe(`job ${job.id} is cancelled\n`);
    const dry = await server.run(['retry', 'jobs', '--type', 'cli.greet', '--status', 'cancelled', '--dry-run']);
    expect(dry.stdout).toBe('dry run: 1 job would be put back\n');
    expect((await server.run(['retry', 'jobs', job.id])).stdout).toMatch(
      new RegExp(`job ${job.id} is (pending|processing|completed) again`),
    );
    expect(await server.run(['retry', 'jobs'])).toMatchObject({ code: 2 });
  });

  it('are refused with the path of what is wrong', async () => {
    const wrong = await server.run(['enqueue', 'cli.greet', '{"name":7}']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('name') });
    expect(await server.run(['enqueue', 'cli.greet', '{name'])).toMatchObject({ code: 2 });
    expect(await server.run(['enqueue', 'cli.unknown', '{}'])).toMatchObject({ code: 1 });
  });
});
