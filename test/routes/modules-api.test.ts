// What modules add under /api: who may call which route, how large a body may be, and how paths of errors are told.
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { z } from 'zod';
import type { Modules } from '../../src/scheduler/modules/index.js';
import { bearerTokens, callerOf, createModulesApi, route, type Route } from '../../src/routes/index.js';

const whoami = (path: string, services: boolean): Route =>
  route({
    method: 'post',
    path,
    id: `call${path.slice(1)}`,
    tag: 'Test',
    summary: 'Who calls',
    body: z.strictObject({ templateData: z.string().optional() }),
    services,
    asSent: true,
    bodyLimit: 1_000,
    responses: { 200: { description: 'The caller' } },
    handle: (_input, call) => {
      const { name, userId, workspaceId } = callerOf(call);
      return { status: 200, body: { name, userId, workspaceId } };
    },
  });

const modules = {
  userRoutes: () => [whoami('/open', true), whoami('/own', false)],
  publicRoutes: () => [],
} as unknown as Modules;

const app = express().use(
  '/api',
  createModulesApi(
    { modules },
    {
      authenticateUser: (request) =>
        request.get('authorization') === 'Bearer user' ? { name: 'u7', userId: 'u7', workspaceId: 'w1' } : null,
      authenticateService: bearerTokens([{ name: 'billing', token: 'a-token-of-billing' }]),
    },
  ).router,
);
const post = (path: string, token: string, body: object = {}) =>
  supertest(app).post(`/api${path}`).set('authorization', `Bearer ${token}`).send(body);

describe('a user route that services may call', () => {
  it('knows users and services', async () => {
    expect((await post('/open', 'user')).body).toEqual({ name: 'u7', userId: 'u7', workspaceId: 'w1' });
    expect((await post('/open', 'a-token-of-billing')).body).toEqual({
      name: 'billing',
      userId: null,
      workspaceId: null,
    });
    expect((await post('/open', 'another-token')).status).toBe(401);
  });

  it('does not open other routes to services', async () => {
    expect((await post('/own', 'user')).status).toBe(200);
    expect((await post('/own', 'a-token-of-billing')).status).toBe(401);
  });
});

describe('a route of its own kind', () => {
  it('has its own limit for a body', async () => {
    const response = await post('/open', 'user', { templateData: 'x'.repeat(2_000) });
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ errors: [{ path: 'body', message: 'is too large' }] });
  });

  it('may tell paths as they were sent', async () => {
    const { body } = (await post('/open', 'user', { templateData: 7 })) as { body: { errors: unknown[] } };
    expect(body.errors).toEqual([expect.objectContaining({ path: 'templateData' })]);
  });
});
