// The server as a user starts it: a process of its own, watched from outside.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startProcess, startServerProcess, type ServerProcess } from '../support/processes.js';
import { startReceiver, type Receiver } from '../support/servers/receiver.js';
import { waitFor } from '../support/wait-for.js';

const SCRIPT = process.env['BUILT'] ? 'dist/server.js' : 'src/server.ts';

let database: TestDatabase;
let receiver: Receiver;
const started: { stop(signal?: NodeJS.Signals): Promise<unknown> }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
});
beforeEach(async () => {
  receiver.answer({});
  receiver.calls.length = 0;
  await database.pool.query('DELETE FROM subscriptions');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop('SIGKILL')));
});
afterAll(async () => {
  await receiver.close();
  await database.close();
});

const environment = (): Record<string, string> => ({
  NODE_ENV: 'production',
  DATABASE_URL: database.url,
  ADMIN_TOKEN: 'alice:alice-token-0123456789,ci:ci-token-0123456789',
  METRICS_TOKEN: 'metrics-token-0123456789',
  SUBSCRIPTION_WORKER_URL: receiver.url,
  SCHEDULER_ENABLED: 'false',
});

async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServerProcess({ ...environment(), ...env });
  started.push(server);
  return server;
}

const get = (server: ServerProcess, path: string, token?: string): Promise<Response> =>
  fetch(`${server.url}${path}`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });

const trigger = (server: ServerProcess, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/admin/process-subscriptions`, {
    method: 'POST',
    headers: { Authorization: 'Bearer ci-token-0123456789', ...headers },
  });

/** Subscriptions that are due, and their number. */
async function createDue(server: ServerProcess, count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    await fetch(`${server.url}/admin/subscriptions`, {
      method: 'POST',
      headers: { Authorization: 'Bearer ci-token-0123456789' },
      body: JSON.stringify({ user_id: 'u' }),
    });
  }
  await database.pool.query(`UPDATE subscription_processing SET next_run_at = now() - interval '1 minute'`);
}

describe('a running server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServerProcess(environment());
  });
  afterAll(() => server.stop());

  it('says where it listens, and answers what is public', async () => {
    const line = server.logs().find(({ message }) => message === 'started');
    expect(line).toMatchObject({ port: Number(new URL(server.url).port), environment: 'production' });
    expect(await (await get(server, '/health/live')).json()).toEqual({ status: 'live' });
    expect(await (await get(server, '/api/health')).json()).toMatchObject({ status: 'healthy' });
    const document = (await (await get(server, '/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const names = Object.values(document.paths).flatMap((item) => Object.values(item).map((one) => one.operationId));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/health/ready',
        '/metrics',
        '/admin/status',
        '/admin/runs/{id}/events',
        '/api/jobs/worker',
      ]),
    );
  });

  it('warns once, and tells on its health, when users are kept apart by queries alone', async () => {
    const warnings = async (of: ServerProcess): Promise<unknown> =>
      ((await (await get(of, '/api/health')).json()) as { warnings: unknown }).warnings;
    const told = (of: ServerProcess) => of.logs().filter(({ missing_role: role }) => role === 'punctual_user');
    expect([told(server), await warnings(server)]).toEqual([[], []]);
    await database.pool.query('REVOKE SELECT ON punctual.jobs FROM punctual_user');
    const without = await start();
    await database.pool.query('GRANT SELECT ON punctual.jobs TO punctual_user');
    expect(told(without)).toEqual([expect.objectContaining({ level: 'warn', see: 'docs/jobs.md' })]);
    expect(await warnings(without)).toEqual([expect.stringContaining('punctual_user')]);
  });

  it('keeps the rest for those who have a token', async () => {
    const statuses = async (path: string): Promise<number[]> =>
      Promise.all(
        [undefined, 'wrong', 'metrics-token-0123456789', 'ci-token-0123456789'].map(
          async (token) => (await get(server, path, token)).status,
        ),
      );
    expect(await statuses('/admin/status')).toEqual([401, 401, 401, 200]);
    expect(await statuses('/metrics')).toEqual([401, 401, 200, 200]);
    expect(await statuses('/api/jobs/worker')).toEqual([401, 401, 401, 200]);
    expect(await statuses('/api/jobs')).toEqual([401, 401, 401, 401]);
    expect(await statuses('/nowhere')).toEqual([404, 404, 404, 404]);
    expect((await get(server, '/health/live')).headers.get('x-powered-by')).toBeNull();
    expect((await get(server, '/health/live')).headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('takes many requests at once without a warning of a leak', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => get(server, '/admin/status', 'ci-token-0123456789')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(server.lines.filter((line) => line.includes('MaxListenersExceeded'))).toEqual([]);
  });

  it('logs requests with their ids, and no token', async () => {
    const response = await trigger(server, { 'X-Request-Id': 'from-outside-1' });
    expect(response.headers.get('x-request-id')).toBe('from-outside-1');
    const mine = await waitFor(() => {
      const lines = server.logs().filter(({ request_id: id }) => id === 'from-outside-1');
      return lines.some(({ message }) => message === 'request') && lines;
    });
    expect(mine.map(({ message }) => message)).toEqual(expect.arrayContaining(['run finished', 'request']));
    expect(server.lines.join('\n')).not.toMatch(/alice-token-0123456789|ci-token-0123456789|metrics-token-0123456789/);
  });
});

it('in development shows the token that it generated, whatever the level of its log', async () => {
  const server = await startProcess({
    script: SCRIPT,
    env: { ...environment(), NODE_ENV: 'development', ADMIN_TOKEN: '', CRON_SECRET: '', LOG_LEVEL: 'error', PORT: '0' },
    ready: /"admin_token":"[\w-]{32}"/,
  });
  started.push(server);
  expect(server.logs()).toEqual([expect.objectContaining({ level: 'warn' })]);
});

describe('a server that must not start', () => {
  it.each([
    ['without a token in production', { ADMIN_TOKEN: '' }, 'ADMIN_TOKEN must be set in production'],
    ['without a database in production', { DATABASE_URL: '' }, 'DATABASE_URL must be set in production'],
    ['with a secret that is soon guessed', { CRON_SECRET: 'x' }, 'CRON_SECRET must have at least 16 characters'],
    ['with a wrong value', { LEASE_S: 'soon' }, 'LEASE_S must be seconds from 1 to 86400'],
  ])('%s says why and ends with 1', async (_what, env, message) => {
    const refused = await startProcess({
      script: SCRIPT,
      env: { ...environment(), ...env },
      ready: /the configuration is invalid/,
    });
    expect(await refused.ended).toMatchObject({ code: 1 });
    expect(refused.lines.join('\n')).toContain(message);
  });

  it('without its database says so and ends with 1', async () => {
    const env = { ...environment(), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', PORT: '0' };
    const refused = await startProcess({ script: SCRIPT, env, ready: /ending after an error/ });
    expect(await refused.ended).toMatchObject({ code: 1 });
    expect(refused.lines.join('\n')).toContain('the database of DATABASE_URL: connect ECONNREFUSED');
  });
});

describe('SIGTERM', () => {
  it('in the middle of a run: started calls finish and are settled, unstarted claims are free at once', async () => {
    const server = await start({ SUBSCRIPTION_PARALLEL: '3', SUBSCRIPTION_BATCH_SIZE: '10' });
    await createDue(server, 20);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    receiver.answer(async () => {
      await held;
      return {};
    });
    const waiting = trigger(server);
    await waitFor(() => receiver.inFlight === 3);
    server.signal('SIGTERM');
    const answer = await waiting;
    expect([answer.status, answer.headers.get('location')]).toEqual([202, expect.stringMatching(/^\/admin\/runs\//)]);
    await waitFor(() =>
      fetch(`${server.url}/health/live`).then(
        () => false,
        () => true,
      ),
    );
    release();
    expect(await server.ended).toEqual({ code: 0, signal: null });
    const { rows } = await database.pool.query<{ status: string; count: number; held: number }>(
      `SELECT status, count(*)::int AS count, count(claimed_by)::int AS held FROM subscription_processing GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { status: 'completed', count: receiver.calls.length, held: 0 },
      { status: 'pending', count: 20 - receiver.calls.length, held: 0 },
    ]);
    expect(receiver.calls.length).toBe(3);
    const run = await database.pool.query<{ status: string; stopped_early: boolean }>(
      `SELECT status, stopped_early FROM punctual.scheduler_runs ORDER BY started_at DESC LIMIT 1`,
    );
    expect(run.rows).toEqual([{ status: 'completed', stopped_early: true }]);
  });

  it('cuts what takes longer than its grace, and gives the claim back', async () => {
    const server = await start({ SHUTDOWN_GRACE_S: '1' });
    await createDue(server, 1);
    receiver.answer({ fault: 'hang' });
    const waiting = trigger(server);
    await waitFor(() => receiver.inFlight === 1);
    server.signal('SIGTERM');
    expect((await waiting).status).toBe(202);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    const { rows } = await database.pool.query(
      `SELECT claimed_by, next_run_at <= now() AS due FROM subscription_processing WHERE status IN ('pending', 'failed')`,
    );
    expect(rows).toEqual([{ claimed_by: null, due: true }]);
  });

  it('a second signal forces the end', async () => {
    const server = await start({ SHUTDOWN_GRACE_S: '600' });
    await createDue(server, 1);
    receiver.answer({ fault: 'hang' });
    const waiting = trigger(server);
    await waitFor(() => receiver.inFlight === 1);
    server.signal('SIGTERM');
    await server.line(/"message":"draining"/);
    await waiting;
    server.signal('SIGINT');
    expect(await server.ended).toEqual({ code: 1, signal: null });
  });
});

describe('two servers', () => {
  it('may start at the same moment, and share what is due', async () => {
    const both = await Promise.all([start(), start()]);
    const pids = both.map(({ pid }) => pid);
    const status = (await (await get(both[0], '/admin/status', 'ci-token-0123456789')).json()) as {
      instances: { state: string; pid: number }[];
    };
    const mine = status.instances.filter(({ pid }) => pids.includes(pid));
    expect(mine.map(({ state }) => state)).toEqual(['alive', 'alive']);
    await createDue(both[0], 30);
    const answers = await Promise.all(both.map((server) => trigger(server)));
    const results = (await Promise.all(answers.map((answer) => answer.json()))) as { result: { successful: number } }[];
    expect(results.reduce((sum, { result }) => sum + result.successful, 0)).toBe(30);
    expect([...receiver.repeats().values()]).toEqual(Array.from({ length: 30 }, () => 1));
  });
});
