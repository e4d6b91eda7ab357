// The document is made from the schemas that the routes check with, and what the routes answer fits it.
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createAdminApi } from '../../../src/routes/admin-routes.js';
import { createAdminApp, TOKENS } from '../admin-app.js';
import { RUN_ID, SUBSCRIPTION_ID } from '../fake-scheduler.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: { name: string; in: string; schema: object }[];
  readonly requestBody?: object;
  readonly responses: Record<string, object>;
  readonly security: object[];
  readonly 'x-role'?: string;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, { additionalProperties?: boolean; required?: string[] }> };
}

const { as, scheduler } = createAdminApp();
const { routes } = createAdminApi(scheduler, { tokens: TOKENS });
const document = async (): Promise<Document> => (await as('get', '/openapi.json').expect(200)).body as Document;

describe('GET /admin/openapi.json', () => {
  it('describes every route under the path where it is mounted', async () => {
    const { openapi, paths } = await document();
    expect(openapi).toBe('3.1.0');
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const served = routes.map(({ method, path }) => `${method} /admin${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(served.sort());
  });

  it('names each operation once, with its token and its problems', async () => {
    const operations = Object.values((await document()).paths).flatMap((item) => Object.values(item));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    const open = operations.filter(({ security }) => security.length === 0);
    expect(open.map(({ operationId }) => operationId)).toEqual(['login']);
    for (const { responses, security, 'x-role': role } of operations.filter((one) => !open.includes(one))) {
      expect(security).toEqual([{ admin: [] }, { session: [] }]);
      expect(['viewer', 'operator', 'admin']).toContain(role);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', 'default']));
      for (const [status, answer] of Object.entries(responses)) {
        if (status.startsWith('4')) expect(answer).toMatchObject({ content: { 'application/problem+json': {} } });
      }
    }
  });

  it('has parameters, bodies and answers from the schemas', async () => {
    const { paths, components } = await document();
    expect(paths['/admin/runs']?.['get']?.parameters).toContainEqual(
      expect.objectContaining({
        name: 'limit',
        in: 'query',
        schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
      }),
    );
    expect(paths['/admin/runs/{id}']?.['get']?.parameters).toContainEqual(
      expect.objectContaining({ name: 'id', in: 'path', required: true }),
    );
    expect(paths['/admin/schedules/preview']?.['post']?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/PreviewRequest' } } },
    });
    expect(paths['/admin/subscriptions']?.['post']?.requestBody).toMatchObject({ required: true });
    expect(paths['/admin/process-subscriptions']?.['post']?.requestBody).toMatchObject({ required: false });
    expect(components.schemas['Schedule']).toMatchObject({ additionalProperties: false });
    expect(components.schemas['Run']?.required).toContain('stopped_early');
  });
});

/** What each route is called with here; every route must stand in this table. */
const CALLS: Record<string, { path?: string; body?: object }> = {
  login: { body: { token: 'alice-token' } },
  createSubscription: { body: { user_id: 'u', schedule: { frequency: 'weekly', day_of_week: 1 } } },
  updateSubscription: { body: { paused: true } },
  updateProcess: { body: { schedule: { frequency: 'daily' } } },
  previewSchedule: { body: { schedule: { timezone: 'Europe/Berlin' }, count: 2 } },
  scheduleCalendar: { body: { schedule: { timezone: 'Europe/Berlin' }, from: '2026-03-28', to: '2026-03-30' } },
  compareSchedule: {
    body: { schedule: { time: '02:30', timezone: 'Europe/Berlin' }, from: '2026-03-01', to: '2026-04-01' },
  },
  pauseSubscriptions: { body: { tenant_id: 't', dry_run: true } },
  resumeSubscriptions: { body: { status: 'suspended' } },
  retryDead: { body: { since: '2026-01-01T00:00:00Z' } },
  runProcess: { path: '/processes/rollup/run' },
  search: { path: '/search?q=a' },
  getAuditEntry: { path: '/audit/1' },
};

const strictly = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodObject
    ? z.strictObject(
        Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, strictly(field as z.ZodType)])),
      )
    : schema instanceof z.ZodArray
      ? z.array(strictly(schema.element as z.ZodType))
      : schema instanceof z.ZodNullable
        ? strictly(schema.unwrap() as z.ZodType).nullable()
        : schema;

describe('what a route answers', () => {
  it.each(routes.filter(({ id }) => !['watchRun', 'watchAll'].includes(id)).map((route) => [route.id, route] as const))(
    'fits what it says: %s',
    async (id, { method, path, responses }) => {
      const ids = path.includes('/subscriptions') ? SUBSCRIPTION_ID : RUN_ID;
      const { path: other, body } = CALLS[id] ?? {};
      const response = await as(method, other ?? path.replace(/:id/, ids).replace(/:name/, 'subscriptions')).send(body);
      const spec = responses[response.status];
      expect([id, response.status, Boolean(spec)]).toEqual([id, response.status, true]);
      if (spec?.schema) expect(strictly(spec.schema).safeParse(response.body).error).toBeUndefined();
    },
  );
});
