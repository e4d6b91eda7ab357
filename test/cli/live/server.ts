// A server with subscriptions in several states and jobs of a module, and the command line that talks to it.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createCommandLine, type CommandLine, type Ended, type RunOptions } from '../../support/command-line.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { startServerProcess, type ServerProcess } from '../../support/processes.js';

export const ADMIN_TOKEN = 'ops:the-token-of-the-operators';

export interface LiveServer {
  readonly database: TestDatabase;
  readonly url: string;
  readonly line: CommandLine;
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** The JSON that a command prints with `--json`; throws with its error output unless it exits with 0. */
  json<T>(args: readonly string[]): Promise<T>;
  /** Inserts a subscription that is due, and returns its id. */
  due(userId: string): Promise<string>;
  close(): Promise<void>;
}

/** `cli.greet` completes; `cli.fail` dies at its first attempt; the process `rollup` counts; `slow` runs until it is stopped. */
const MODULE = `import { z } from 'zod';
export default {
  name: 'cli_test',
  jobs: () => [
    { type: 'cli.greet', schema: z.object({ name: z.string() }), run: async (ctx, { name }) => {
      ctx.log.info('greeted');
      return { greeted: name };
    } },
    { type: 'cli.fail', schema: z.object({}), retry: { maxAttempts: 1 }, run: async () => {
      throw new Error('the \\u001b[31mprinter\\nis on fire');
    } },
  ],
  processes: () => [
    { name: 'rollup', run: async (ctx) => ({ processed_count: ctx.input?.n ?? 3 }) },
    { name: 'slow', run: (ctx) => new Promise((resolve) => {
      let n = 0;
      const timer = setInterval(() => ctx.progress(++n, 100, 'page'), 50);
      const end = () => { clearInterval(timer); resolve({ processed_count: n }); };
      for (const signal of [ctx.closing, ctx.signal]) signal.addEventListener('abort', end);
    }) },
  ],
};`;

export async function startLiveServer(): Promise<LiveServer> {
  const [line, database, receiver] = await Promise.all([createCommandLine(), createTestDatabase(), startReceiver()]);
  await writeFile(path.join(line.folder, 'module.mjs'), MODULE);
  const server: ServerProcess = await startServerProcess(
    {
      DATABASE_URL: database.url,
      ADMIN_TOKEN,
      SUBSCRIPTION_WORKER_URL: receiver.url,
      SUBSCRIPTION_MAX_ATTEMPTS: '1',
      PUNCTUAL_MODULES: path.join(line.folder, 'module.mjs'),
      SCHEDULER_ENABLED: 'false', // nothing is processed but by a trigger
    },
    { script: line.script('server.js') },
  );
  const run = (args: readonly string[], { env, ...options }: RunOptions = {}): Promise<Ended> =>
    line.run(args, { ...options, env: { PUNCTUAL_URL: server.url, ADMIN_TOKEN, ...env } });
  return {
    database,
    url: server.url,
    line,
    run,
    async json<T>(args: readonly string[]) {
      const { code, stdout, stderr } = await run([...args, '--json']);
      if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
    due: (userId) => insertDue(database, userId),
    close: async () => {
      await server.stop();
      await Promise.all([receiver.close(), database.close(), line.close()]);
    },
  };
}

/** Accepts every occurrence, except those of users whose id begins with `bad`. */
const startReceiver = (): Promise<RunningServer> =>
  startServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      response.statusCode = body.includes('"bad') ? 500 : 200;
      response.end('{}');
    });
  });

async function insertDue({ pool }: TestDatabase, userId: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH entity AS (
       INSERT INTO subscriptions (user_id, frequency, active, timezone) VALUES ($1, 'daily', true, 'Asia/Tokyo') RETURNING id)
     SELECT id::text FROM entity`,
    [userId],
  );
  const id = rows[0]!.id;
  await pool.query(
    `UPDATE subscription_processing SET next_run_at = now() - interval '1 minute' WHERE subscription_id = $1`,
    [id],
  );
  return id;
}
