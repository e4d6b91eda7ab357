// An app with the dashboard, as a browser meets it: a cookie jar, the header against forgery, and a clock in the test's hand.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express, { type Express } from 'express';
import supertest from 'supertest';
import { adminRoutes, createLoginCodes, type AdminRoutesOptions } from '../../../src/routes/index.js';
import { createFakeScheduler, type FakeScheduler } from '../fake-scheduler.js';

export const ALICE = { name: 'alice', token: 'alice-token-0123456789' };
export const OTTO = { name: 'otto', token: 'otto-token-0123456789', role: 'operator' } as const;
export const VERA = { name: 'vera', token: 'vera-token-0123456789', role: 'viewer' } as const;
export const TOKENS = [ALICE, OTTO, VERA];

export interface Browser {
  readonly cookie: string;
  readonly csrf: string;
  get(path: string): supertest.Test;
  /** With the header against forgery, as the client sends it. */
  send(method: 'post' | 'patch' | 'put' | 'delete', path: string): supertest.Test;
}

export interface LoginApp {
  readonly app: Express;
  readonly scheduler: FakeScheduler;
  /** Milliseconds that the clock is ahead. */
  readonly time: { ahead: number };
  readonly codes: ReturnType<typeof createLoginCodes>;
  login(body: object): supertest.Test;
  /** Logs in with a token. */
  browser(token: string): Promise<Browser>;
}

export const cookieOf = (response: supertest.Response): string =>
  (response.headers['set-cookie'] as unknown as string[] | undefined)?.[0] ?? '';

const valueOf = (cookie: string): string => cookie.split(';')[0] ?? '';

export function createLoginApp(options: Partial<AdminRoutesOptions> = {}): LoginApp {
  const scheduler = createFakeScheduler();
  const time = { ahead: 0 };
  const began = new Date('2026-03-01T08:00:00Z').getTime();
  const clock = { now: () => new Date(began + time.ahead), monotonicMs: () => time.ahead };
  const codes = createLoginCodes(clock);
  const all = { tokens: TOKENS, environment: 'test', clock, loginCodes: codes, ...options };
  const app = express().use('/deep/admin', adminRoutes(scheduler, all));
  const login = (body: object) => supertest(app).post('/deep/admin/ui/login').send(body);
  return {
    app,
    scheduler,
    time,
    codes,
    login,
    async browser(token) {
      const reply = await login({ token }).expect(200);
      const cookie = valueOf(cookieOf(reply));
      const { csrf } = reply.body as { csrf: string };
      return {
        cookie,
        csrf,
        get: (at) => supertest(app).get(`/deep/admin${at}`).set('Cookie', cookie),
        send: (method, at) =>
          supertest(app)[method](`/deep/admin${at}`).set({ Cookie: cookie, 'X-Punctual-CSRF': csrf }),
      };
    },
  };
}

export interface BuiltClient {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A client as Vite builds it. */
export async function buildClient(
  html = '<!doctype html>\n<html>\n  <head>\n    <script type="module" crossorigin src="./assets/index-a1.js"></script>\n  </head>\n</html>\n',
): Promise<BuiltClient> {
  const folder = await mkdtemp(path.join(tmpdir(), 'punctual-client-'));
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'assets/index-a1.js'), `${'console.info("hello");\n'.repeat(200)}`);
  await writeFile(path.join(folder, 'assets/icon.svg'), '<svg/>');
  await writeFile(path.join(folder, 'secret.txt'), 'not an asset');
  await writeFile(path.join(folder, 'index.html'), html);
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
