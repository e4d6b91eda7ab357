// An app with the admin routes over a scheduler in memory, as tests of the routes use it.
import express, { type Express } from 'express';
import supertest from 'supertest';
import { adminRoutes, type AdminRoutesOptions } from '../../src/routes/index.js';
import { createFakeScheduler, type FakeScheduler } from './fake-scheduler.js';

export const TOKENS = [
  { name: 'alice', token: 'alice-token' },
  { name: 'ci', token: 'ci-token' },
];

export interface AdminApp {
  readonly app: Express;
  readonly scheduler: FakeScheduler;
  /** A request as alice. */
  as(method: 'get' | 'post' | 'patch' | 'put' | 'delete', path: string): supertest.Test;
  /** The arguments of the last call of this method. */
  asked(method: string): unknown[] | undefined;
}

export function createAdminApp(options: Partial<AdminRoutesOptions> = {}): AdminApp {
  const scheduler = createFakeScheduler();
  const app = express().use('/admin', adminRoutes(scheduler, { tokens: TOKENS, ...options }));
  return {
    app,
    scheduler,
    as: (method, path) => supertest(app)[method](`/admin${path}`).set('Authorization', 'Bearer alice-token'),
    asked: (method) => scheduler.calls.findLast(([name]) => name === method)?.slice(1),
  };
}
