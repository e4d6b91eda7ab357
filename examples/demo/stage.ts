// Sets the stage: a database with the host's tables, what the server calls, and the server, each as it would run for real.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { openMailbox, type DemoMailbox } from './scenes/mails.js';
import { createAdminApi, type AdminApi } from './admin-api.js';
import { startInBackground, type BackgroundProcess } from './background-process.js';
import type { Cleanup } from './cleanup.js';
import { createDemoDatabase } from './database.js';
import { AUDIENCE } from './scenes/batch-list.js';
import { CHAT_TOKEN, PAYMENT_KEY } from './scenes/charges.js';
import { createHostTables } from './load.js';
import { step } from './print.js';

export interface Stage {
  readonly mailbox: DemoMailbox;
  readonly databaseUrl: string;
  readonly admin: AdminApi;
  readonly workerUrl: string;
  /** The key that the enrichment provider accepts. */
  readonly providerKey: string;
  /** The members API, and the key that it accepts. */
  readonly members: { readonly url: string; readonly key: string };
  readonly paymentsUrl: string;
  /** Of the chat's API, with a slash at the end. */
  readonly chatUrl: string;
  /** A token of a user of the application. */
  readonly user: (id: string, workspaceId: string) => Promise<string>;
  /** Resolves when one of the processes ends by itself, with which and how. */
  readonly broken: Promise<string>;
}

export interface StageOptions {
  /** A folder for the logs of what is started. */
  readonly logs: string;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
}

const TOKEN = 'demo-token-0123456789';
const PORT = 3000;
const AT_ONCE = 25;
const WORKER = ['--port', '0', '--latency-ms', '25', '--fail', '0.01'];
const PROVIDER_KEY = 'sk-demo';
const MEMBERS_KEY = 'mk-demo';
const MEMBERS = [
  ...['--port', '0', '--key', MEMBERS_KEY, '--latency-ms', '5', '--fail-every', '50', '--size', String(AUDIENCE.size)],
  ...['--duplicate-every', String(AUDIENCE.duplicateEvery), '--invalid-every', String(AUDIENCE.invalidEvery)],
];
const PROVIDER = ['--port', '0', '--key', PROVIDER_KEY];

/** The usual port where it is free, so that the lines to copy look familiar. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)));
  });
}

export async function setStage({ logs, cleanup, signal }: StageOptions): Promise<Stage> {
  const database = await createDemoDatabase(cleanup, signal);
  step(
    `PostgreSQL ${database.version}`,
    database.embedded ? 'embedded, in a temporary folder' : 'on the server of DATABASE_URL',
  );
  await createHostTables(database.url);
  step('tables of the host', 'users, subscriptions(id, user_id, frequency, active)');

  const start = async (
    name: string,
    script: string,
    more: { args?: string[]; env?: Record<string, string>; ready: RegExp },
  ): Promise<BackgroundProcess> => {
    signal.throwIfAborted();
    const started = await startInBackground({ name, script, logFile: path.join(logs, `${name}.log`), signal, ...more });
    cleanup.add(name, started.stop);
    return started;
  };
  const worker = await start('worker', 'examples/subscription-worker/index.ts', {
    args: WORKER,
    ready: /"port":(\d+)/,
  });
  const workerUrl = `http://127.0.0.1:${worker.port}`;
  step('subscription worker', `${workerUrl}: 25 ms a call, one in a hundred fails`);
  const provider = await start('enrichment provider', 'examples/enrichment-provider/index.ts', {
    args: PROVIDER,
    ready: /"port":(\d+)/,
  });
  const providerUrl = `http://127.0.0.1:${provider.port}/api/v1`;
  step('enrichment provider', `${providerUrl}: looks companies and people up`);

  const members = await start('members provider', 'examples/members-provider/index.ts', {
    args: MEMBERS,
    ready: /"port":(\d+)/,
  });
  const membersUrl = `http://127.0.0.1:${members.port}`;
  step('members provider', `${membersUrl}: an audience with duplicates, broken addresses and hiccups`);

  const payments = await start('payment provider', 'examples/payment-provider/index.ts', {
    args: ['--port', '0', '--key', PAYMENT_KEY, '--latency-ms', '20'],
    ready: /"port":(\d+)/,
  });
  const paymentsUrl = `http://127.0.0.1:${payments.port}`;
  const chat = await start('chat provider', 'examples/chat-provider/index.ts', {
    args: ['--port', '0', '--token', CHAT_TOKEN],
    ready: /"port":(\d+)/,
  });
  const chatUrl = `http://127.0.0.1:${chat.port}/api/`;
  step('payments and chat', `${paymentsUrl} and ${chatUrl}: in the manner of Stripe and Slack`);

  const mailbox = await openMailbox(path.join(logs, 'mail'));
  cleanup.add('mail server', () => mailbox.close());
  step('mail server', `${mailbox.url}: keeps what it is sent`);

  const jwtSecret = randomBytes(32).toString('base64url');
  const env = {
    NODE_ENV: 'development',
    PORT: String(await freePort(PORT)),
    DATABASE_URL: database.url,
    DATABASE_DIRECT_URL: '',
    ADMIN_TOKEN: TOKEN,
    LOG_LEVEL: 'info',
    SUBSCRIPTION_WORKER_URL: workerUrl,
    SUBSCRIPTION_PARALLEL: String(AT_ONCE),
    ENRICHMENT_URL: providerUrl,
    MEMBERS_API_URL: membersUrl,
    SMTP_URL: mailbox.url,
    STRIPE_SECRET_KEY: PAYMENT_KEY,
    STRIPE_API_BASE: paymentsUrl,
    SLACK_BOT_TOKEN: CHAT_TOKEN,
    SLACK_API_URL: chatUrl,
    MAIL_FROM: 'Punctual demo <demo@example.com>',
    PUBLIC_URL: 'https://example.com/api',
    API_JWT_SECRET: jwtSecret,
    ENCRYPTION_KEYS: `demo:${randomBytes(32).toString('base64')}`,
  };
  const server = await start('server', 'src/server.ts', { env, ready: /"port":\s*(\d+)/ });
  const admin = createAdminApi(`http://127.0.0.1:${server.port}`, TOKEN);
  step('server', `${admin.url}, has adopted the tables`);

  const broken = Promise.race([
    worker.ended.then((how) => `worker ${how}`),
    provider.ended.then((how) => `enrichment provider ${how}`),
    members.ended.then((how) => `members provider ${how}`),
    payments.ended.then((how) => `payment provider ${how}`),
    chat.ended.then((how) => `chat provider ${how}`),
    server.ended.then((how) => `server ${how}`),
  ]);
  return {
    ...{ databaseUrl: database.url, admin, workerUrl, providerKey: PROVIDER_KEY, broken },
    ...{ mailbox, paymentsUrl, chatUrl },
    members: { url: membersUrl, key: MEMBERS_KEY },
    user: (id, workspaceId) => userToken(jwtSecret, id, workspaceId),
  };
}

const userToken = (secret: string, id: string, workspaceId: string): Promise<string> =>
  new SignJWT({ workspace_id: workspaceId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));

/** The end of a process says more than the call that failed because of it, and may be noticed a moment later. */
const NOTICED_MS = 1_000;

/** Resolves with the work; rejects with what broke, should that come first. The work's signal aborts then. */
export async function unlessBroken<T>(
  broken: Stage['broken'],
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const breaks = broken.then((how): never => {
    over.abort();
    throw new Error(how);
  });
  const works = work(AbortSignal.any([signal, over.signal])).catch(async (error: unknown) => {
    if (!signal.aborted) await sleep(NOTICED_MS);
    throw error;
  });
  return Promise.race([works, breaks]);
}
