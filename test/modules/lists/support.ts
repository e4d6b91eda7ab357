// A scheduler with batch lists behind an Express app, and members APIs that behave as a test says.
import { randomBytes } from 'node:crypto';
import express, { type RequestHandler } from 'express';
import { createScheduler, type Scheduler } from '../../../src/compose/create-scheduler.js';
import { lists, type Lists, type ListsOptions } from '../../../src/modules/lists/index.js';
import { adminRoutes, createModulesApi } from '../../../src/routes/index.js';
import type { TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { waitFor } from '../../support/wait-for.js';

export const API_KEY = 'mk-test';

export interface ListBody {
  readonly id: string;
  readonly job_id: string | null;
  readonly status: string;
  readonly source: string;
  readonly error: string | null;
  readonly progress: Readonly<Record<'pages' | 'fetched' | 'inserted' | 'duplicates' | 'invalid', number>> & {
    readonly total: number | null;
    readonly rate_per_s: number | null;
    readonly eta_s: number | null;
  };
  readonly completed_at: string | null;
}

export interface Caller {
  readonly user: string;
  readonly workspace?: string;
}

export interface ListsKit {
  readonly scheduler: Scheduler;
  readonly listing: Lists['listing'];
  readonly url: string;
  /** Calls as this user; `path` under /api. */
  call(
    caller: Caller,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Calls as somebody of this role; `path` under /admin. */
  admin(role: 'viewer' | 'operator', method: string, path: string): Promise<Response>;
  create(caller: Caller, body?: Record<string, unknown>): Promise<{ id: string; job_id: string; status: string }>;
  get(caller: Caller, id: string): Promise<ListBody>;
  /** Waits until the list has one of these states. */
  reaches(caller: Caller, id: string, ...statuses: string[]): Promise<ListBody>;
  stop(): Promise<void>;
}

export async function startLists(
  database: Pick<TestDatabase, 'pool'>,
  options: ListsOptions,
  settings: { worker?: boolean; keyFor?: readonly string[]; key?: Buffer } = {},
): Promise<ListsKit> {
  const { worker = true, keyFor = ['w1', 'w2'], key = randomBytes(32) } = settings;
  const module = lists({ backoffMs: 5, ...options });
  const scheduler = createScheduler({
    pool: database.pool,
    subscriptions: false,
    modules: [module],
    queue: { worker, concurrency: 10, encryptionKeys: [{ id: 'test', key }] },
  });
  await scheduler.start();
  for (const workspace of keyFor) await scheduler.workspaceKeys?.save(workspace, 'members', API_KEY);
  const { router } = createModulesApi(scheduler, {
    authenticateUser: (request) => {
      const user = request.get('x-user');
      if (user === undefined) return null;
      return { name: user, userId: user, workspaceId: request.get('x-workspace') ?? null };
    },
  });
  const tokens = (['viewer', 'operator'] as const).map((role) => ({ name: role, token: `${role}-token`, role }));
  const server = await startServer(express().use('/api', router).use('/admin', adminRoutes(scheduler, { tokens })));

  const call: ListsKit['call'] = ({ user, workspace }, method, path, body, headers = {}) =>
    fetch(`${server.url}/api${path}`, {
      method,
      headers: {
        'x-user': user,
        ...(workspace === undefined ? {} : { 'x-workspace': workspace }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const get: ListsKit['get'] = async (caller, id) =>
    (await (await call(caller, 'GET', `/batch-lists/${id}`)).json()) as ListBody;
  return {
    scheduler,
    listing: scheduler.module(module).listing,
    url: server.url,
    call,
    admin: (role, method, path) =>
      fetch(`${server.url}/admin${path}`, { method, headers: { authorization: `Bearer ${role}-token` } }),
    get,
    async create(caller, body = {}) {
      const response = await call(caller, 'POST', '/batch-lists', { name: 'all', audience: 'everyone', ...body });
      return (await response.json()) as { id: string; job_id: string; status: string };
    },
    async reaches(caller, id, ...statuses) {
      let last: ListBody | undefined;
      return waitFor(
        async () => {
          last = await get(caller, id);
          return statuses.includes(last.status) && last;
        },
        { timeoutMs: 20_000, what: () => `list ${id} is ${JSON.stringify(last)}, not ${statuses.join(' or ')}` },
      );
    },
    async stop() {
      await server.close();
      await scheduler.stop({ graceMs: 0 });
    },
  };
}

/** What the API was asked, and what it answers: a handler for each call, in their order; the last one stays. */
export interface ScriptedApi extends RunningServer {
  readonly asked: {
    readonly page: number;
    readonly after: string | null;
    readonly authorization: string | undefined;
  }[];
}

interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

export async function scriptedApi(
  answer: (page: number, after: string | null, call: number) => Scripted | 'hang',
): Promise<ScriptedApi> {
  const asked: ScriptedApi['asked'][number][] = [];
  const handle: RequestHandler = (request, response) => {
    const page = Number(request.query['page'] ?? 0);
    const after = (request.query['after'] as string | undefined) ?? null;
    asked.push({ page, after, authorization: request.get('authorization') });
    const said = answer(page, after, asked.length);
    if (said === 'hang') return;
    const { status = 200, headers = {}, body } = said;
    response.status(status);
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.set(name, value);
    if (typeof body === 'string') response.type('text/html').send(body);
    else response.json(body);
  };
  const server = await startServer(express().get('/members', handle));
  return { ...server, asked };
}

/** A numbered page as the API sends it. */
export const numbered = (members: readonly unknown[], page: number, pages: number, total?: number) => ({
  pagination: {
    current_page: page,
    total_page: pages,
    next_page: page < pages ? page + 1 : null,
    ...(total === undefined ? {} : { total_count: total }),
  },
  data: members,
});

export const member = (n: number, email = `m${n}@example.com`) => ({ id: `m${n}`, email, name: `Member ${n}` });
