// Notifications behind their routes: a database of the test's own, real HTTP, users known by a header. Nothing works by itself.
import express from 'express';
import { createScheduler, type Scheduler } from '../../../src/compose/create-scheduler.js';
import { notifications, type NotificationsOptions, type Transport } from '../../../src/modules/notifications/index.js';
import { adminRoutes, createJobsApi, createModulesApi } from '../../../src/routes/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { startServer } from '../../support/servers/http-server.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

interface CallOptions {
  /** A user, or a user and a workspace: `ada`, `ada/acme`. Null: nobody. */
  readonly as?: string | null;
  readonly headers?: Record<string, string>;
}

export interface PeopleApp {
  readonly database: TestDatabase;
  readonly scheduler: Scheduler;
  readonly url: string;
  /** Under `/api`; a string is sent as it is, anything else as JSON. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  sql<R extends object>(text: string, values?: unknown[]): Promise<R[]>;
  close(): Promise<void>;
}

export const ENCRYPTION_KEY = { id: 'k1', key: Buffer.alloc(32, 7) };

/** Accepts whatever it is given. */
export const acceptAll = (): Transport => ({
  name: 'test',
  method: 'email',
  send: async () => ({
    ...{ kind: 'accepted', code: 250, response: '250 OK', error: null },
    ...{ unknownAddress: false, serverTrouble: false, retryAfterMs: null },
  }),
  close: async () => {},
});

export async function startPeopleApp(options: Partial<NotificationsOptions> = {}): Promise<PeopleApp> {
  const database = await createEmptyDatabase();
  const module = notifications({ from: 'shop@shop.example', transport: acceptAll(), ...options });
  const scheduler = createScheduler({
    pool: database.pool,
    enabled: false,
    subscriptions: false,
    modules: [module],
    queue: { encryptionKeys: [ENCRYPTION_KEY] },
  });
  await scheduler.start();
  const authenticateUser = (request: express.Request) => {
    const [userId = '', workspaceId = null] = (request.get('x-user') ?? '').split('/');
    return userId === '' ? null : { name: userId, userId, workspaceId };
  };
  const app = express()
    .use('/admin', adminRoutes(scheduler, { tokens: [{ name: 'ops', token: 'ops-token' }] }))
    .use('/api/jobs', createJobsApi(scheduler, { authenticateUser, workerTokens: [], environment: 'test' }).router)
    .use('/api', createModulesApi(scheduler, { authenticateUser }).router);
  const server = await startServer(app);

  const send = async (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer> => {
    const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${server.url}${path}`, { method, headers, ...text });
    const said = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const parsed = isJson ? (JSON.parse(said) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, text: said, body: parsed };
  };
  const json = { 'content-type': 'application/json' };
  return {
    ...{ database, scheduler, url: server.url },
    call: (method, path, body, { as = null, headers = {} } = {}) =>
      send(method, `/api${path}`, body, { ...json, ...(as === null ? {} : { 'x-user': as }), ...headers }),
    admin: (method, path, body) => send(method, `/admin${path}`, body, { ...json, authorization: 'Bearer ops-token' }),
    sql: async <R extends object>(text: string, values: unknown[] = []) =>
      (await database.db.query<R & Record<string, unknown>>(text, values)).rows,
    close: async () => {
      await server.close();
      await scheduler.stop({ graceMs: 0 });
      await database.close();
    },
  };
}
