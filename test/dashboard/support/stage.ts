// A server with data worth looking at, the client as it is built, and a browser.
import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServerProcess, type ServerProcess } from '../../support/processes.js';
import { startReceiver, type Receiver } from '../../support/servers/receiver.js';
import { buildClient } from './build-client.js';
import { launchChromium } from './chromium.js';
import { openPage, type WatchedPage } from './watched-page.js';

export const TOKENS = {
  admin: 'olga-token-0123456789',
  operator: 'otto-token-0123456789',
  viewer: 'vera-token-0123456789',
} as const;

export interface Stage {
  readonly url: string;
  readonly database: TestDatabase;
  readonly receiver: Receiver;
  readonly server: ServerProcess;
  /** The admin API, with a token of an administrator. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
  /** A page at this address, below `/admin/ui`, of somebody who is logged in. */
  enter(path: string, options?: BrowserContextOptions & { token?: string }): Promise<WatchedPage>;
  close(): Promise<void>;
}

const environment = (database: TestDatabase, receiver: Receiver): Record<string, string> => ({
  NODE_ENV: 'development',
  DATABASE_URL: database.url,
  ADMIN_TOKEN: `olga:${TOKENS.admin},operator/otto:${TOKENS.operator},viewer/vera:${TOKENS.viewer}`,
  SUBSCRIPTION_WORKER_URL: receiver.url,
  SUBSCRIPTION_RETRY_BASE_S: '3600',
  ENRICHMENT_URL: receiver.url,
  ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
});

async function call<T>(server: ServerProcess, method: string, path: string, body: unknown): Promise<T> {
  const reply = await fetch(`${server.url}/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKENS.admin}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path} returned ${reply.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export async function setStage(): Promise<Stage> {
  const [database, receiver] = await Promise.all([createTestDatabase(), startReceiver(), buildClient()]);
  const server = await startServerProcess(environment(database, receiver));
  const browser: Browser = await launchChromium();
  const open = (options?: BrowserContextOptions): Promise<WatchedPage> => openPage(browser, options);
  const api = <T>(method: string, path: string, body?: unknown): Promise<T> => call<T>(server, method, path, body);
  return {
    ...{ url: server.url, database, receiver, server, open, api },
    async enter(path, { token = TOKENS.admin, ...options } = {}) {
      const watched = await open(options);
      const login = await watched.page.request.post(`${server.url}/admin/ui/login`, {
        data: { token },
        headers: { origin: server.url },
      });
      if (!login.ok()) throw new Error(`the login returned ${login.status()}: ${await login.text()}`);
      await watched.page.goto(`${server.url}/admin/ui/${path}`);
      await watched.page.getByRole('heading', { level: 1 }).waitFor();
      return watched;
    },
    async close() {
      await browser.close();
      await server.stop();
      await receiver.close();
      await database.close();
    },
  };
}
