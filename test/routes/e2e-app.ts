// A whole scheduler behind its routes: a database of its own, a real receiver, real HTTP.
import express from 'express';
import { createScheduler, type CreateSchedulerOptions, type Scheduler } from '../../src/compose/create-scheduler.js';
import { adminRoutes } from '../../src/routes/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type RunningServer } from '../support/servers/http-server.js';
import { startReceiver, type Receiver } from '../support/servers/receiver.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface EndToEnd {
  readonly database: TestDatabase;
  readonly receiver: Receiver;
  readonly scheduler: Scheduler;
  readonly url: string;
  /** A request as `ops`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export const AUTHORIZED = { Authorization: 'Bearer ops-token' };

/** Nothing runs by itself: only what is triggered. */
export async function startEndToEnd(options: Partial<CreateSchedulerOptions> = {}): Promise<EndToEnd> {
  const database = await createTestDatabase();
  const receiver = await startReceiver();
  const scheduler = createScheduler({
    pool: database.pool,
    migrate: false,
    enabled: false,
    subscriptions: { workerUrl: receiver.url, retryBaseS: 60 },
    ...options,
  });
  const app = express().use('/admin', adminRoutes(scheduler, { tokens: [{ name: 'ops', token: 'ops-token' }] }));
  const server: RunningServer = await startServer(app);
  await scheduler.start();
  return {
    database,
    receiver,
    scheduler,
    url: server.url,
    call: async (method, path, body, headers = {}) => {
      const response = await fetch(`${server.url}/admin${path}`, {
        method,
        headers: { ...AUTHORIZED, 'Content-Type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: JSON.parse((await response.text()) || '{}') as Record<string, unknown>,
      };
    },
    close: async () => {
      await server.close();
      await scheduler.stop({ graceMs: 0 });
      await receiver.close();
      await database.close();
    },
  };
}

/** Creates a subscription and makes it due since a minute ago. */
export async function createDue(app: EndToEnd, body: object = { user_id: 'u' }): Promise<string> {
  const { id } = (await app.call('POST', '/subscriptions', body)).body as { id: string };
  await app.database.pool.query(
    `UPDATE subscription_processing SET next_run_at = now() - interval '1 minute' WHERE subscription_id = $1`,
    [id],
  );
  return id;
}
