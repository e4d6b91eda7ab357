// A database with notifications and digests, and their user routes over HTTP.
import express from 'express';
import supertest, { type Test } from 'supertest';
import { migrate } from '../../../src/compose/database/migrate.js';
import { createDigestSchedules } from '../../../src/modules/digests/api/create-digests.js';
import { digestRoutes } from '../../../src/modules/digests/routes/digest-routes.js';
import { digests, type DigestsOptions } from '../../../src/modules/digests/index.js';
import { notifications } from '../../../src/modules/notifications/index.js';
import { createModulesApi } from '../../../src/routes/index.js';
import type { ModuleHost, Modules } from '../../../src/scheduler/modules/index.js';
import { createIdempotencyKeys } from '../../../src/scheduler/records/idempotency-keys.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { createTestHost } from '../test-host.js';

export interface MigratedDatabase extends TestDatabase {
  rows<R = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<R[]>;
}

/** After these statements of a host's own. */
export async function migratedDatabase(
  statements: readonly string[] = [],
  options: DigestsOptions = {},
): Promise<MigratedDatabase> {
  const database = await createEmptyDatabase();
  try {
    for (const statement of statements) await database.pool.query(statement);
    await migrate({ connectionString: database.url, subscriptions: false, modules: modulesOf(options) });
  } catch (error) {
    await database.close();
    throw error;
  }
  return { ...database, rows: async (sql, values) => (await database.db.query(sql, values)).rows as never[] };
}

export const modulesOf = (options: DigestsOptions = {}) => [
  notifications({ from: 'shop@example.com' }),
  digests(options),
];

export const AT = new Date('2026-03-02T12:00:00Z');

/** The host of a module under a manual clock. */
function manualHost(database: TestDatabase, now: () => Date = () => AT): ModuleHost {
  const host = createTestHost(database);
  return { ...host, idempotency: createIdempotencyKeys(), now, clock: { ...host.clock, now } };
}

export interface Api {
  get(path: string): Test;
  post(path: string, body: object, headers?: Record<string, string>): Test;
  patch(path: string, body: object): Test;
  remove(path: string): Test;
}

/** The routes as a user calls them: `user`, or `user@workspace`. */
export function apiOf(database: TestDatabase, now?: () => Date): (user: string) => Api {
  const routes = digestRoutes(createDigestSchedules(manualHost(database, now)));
  const modules = { userRoutes: () => routes, publicRoutes: () => [] } as unknown as Modules;
  const { router } = createModulesApi(
    { modules },
    {
      authenticateUser: (request) => {
        const [userId = '', workspaceId = null] = (request.get('authorization') ?? '')
          .replace('Bearer ', '')
          .split('@');
        return userId === '' ? null : { name: userId, userId, workspaceId };
      },
    },
  );
  const app = express().use('/api', router);
  return (user) => {
    const as = (test: Test): Test => test.set('authorization', `Bearer ${user}`);
    return {
      get: (path) => as(supertest(app).get(`/api${path}`)),
      post: (path, body, headers = {}) =>
        as(supertest(app).post(`/api${path}`))
          .set(headers)
          .send(body),
      patch: (path, body) => as(supertest(app).patch(`/api${path}`)).send(body),
      remove: (path) => as(supertest(app).delete(`/api${path}`)),
    };
  };
}
