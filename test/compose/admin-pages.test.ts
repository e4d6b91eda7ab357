// The pages that our modules describe fit their own routes: each list is there, with the fields, filters and actions that are named.
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { loadConfig } from '../../src/base/config/config.js';
import { silentLogger } from '../../src/base/logger.js';
import { createScheduler } from '../../src/compose/create-scheduler.js';
import { ownModules } from '../../src/compose/modules.js';
import { defineModule } from '../../src/index.js';
import { ADMIN_GROUP, createAdminApi } from '../../src/routes/admin-routes.js';
import { openApiDocument } from '../../src/routes/kit/openapi.js';
import { schedulerOptions } from '../../src/server/scheduler-options.js';

/** Nothing connects before the start. */
const NOWHERE = 'postgres://127.0.0.1:1/none';
const config = loadConfig({
  NODE_ENV: 'test',
  DATABASE_URL: NOWHERE,
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'a@b.c',
});
const pool = new pg.Pool({ connectionString: NOWHERE });
const modules = ownModules(config.modules);
const scheduler = createScheduler(schedulerOptions(config, { pool, directUrl: NOWHERE }, silentLogger, modules));
const { routes } = createAdminApi(scheduler, { tokens: config.auth.adminTokens, environment: 'test' });

interface Schema {
  readonly $ref?: string;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly allOf?: Schema[];
}
interface Operation {
  readonly 'x-role': string;
  readonly parameters?: { name: string; in: string }[];
  readonly responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
const document = openApiDocument([{ prefix: '', routes, ...ADMIN_GROUP }], '1') as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const resolve = (schema: Schema | undefined): Schema => {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? (schema ?? {}) : resolve(document.components.schemas[name]);
};
const field = (schema: Schema, path: string): boolean =>
  path.split('.').reduce<Schema | null>((inner, name) => {
    const found = inner && resolve(inner).properties?.[name];
    return found ?? null;
  }, schema) !== null;

const pages = scheduler.modules?.adminPages ?? [];
const sections = pages.flatMap(({ module, sections }) =>
  sections.map((section) => [`${module}: ${section.title}`, section] as const),
);

it('there are pages of ours', () => {
  expect(pages.map(({ module }) => module)).toEqual(
    expect.arrayContaining(['webhooks', 'billing', 'notifications', 'lists']),
  );
});

describe('a section', () => {
  it.each(sections)('%s', (_name, { route, columns, filters = [], actions = [] }) => {
    const list = document.paths[route]?.['get'];
    const page = resolve(list?.responses['200']?.content?.['application/json']?.schema);
    const item = resolve(resolve(page.properties?.['items']).items);
    expect(columns.filter((column) => !field(item, column.field)).map((column) => column.field)).toEqual([]);
    const parameters = (list?.parameters ?? []).map(({ name }) => name);
    expect(parameters).toEqual(expect.arrayContaining(filters.map((filter) => filter.field)));
    for (const { method, path, role } of actions) {
      const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method];
      expect([path, operation?.['x-role']]).toEqual([path, role]);
    }
  });
});

describe('defineModule refuses a page that cannot be shown', () => {
  const section = { title: 'All', route: '/things', columns: [{ field: 'id', title: 'Id', kind: 'id' }] } as const;
  const page = { name: 'things', title: 'Things', sections: [section] };
  const wrong: [string, unknown][] = [
    ['adminPages.0.name', [{ ...page, name: 'No such name' }]],
    ['adminPages.0.title', [{ ...page, title: '' }]],
    ['adminPages.0.sections', [{ ...page, sections: [] }]],
    ['adminPages.1.name', [page, page]],
    ['adminPages.0.sections.0.route', [{ ...page, sections: [{ ...section, route: 'https://evil.example/' }] }]],
    [
      'adminPages.0.sections.0.columns.0.kind',
      [{ ...page, sections: [{ ...section, columns: [{ field: 'id', title: 'x', kind: 'html' }] }] }],
    ],
    [
      'adminPages.0.sections.0.actions.0.role',
      [
        {
          ...page,
          sections: [{ ...section, actions: [{ title: 'x', method: 'post', path: '/things/:id', role: 'root' }] }],
        },
      ],
    ],
  ];
  it.each(wrong)('%s', (path, adminPages) => {
    const define = () => defineModule({ name: 'things', adminPages: adminPages as never });
    expect(define).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
    try {
      define();
    } catch (error) {
      expect((error as { details: { errors: { path: string }[] } }).details.errors[0]?.path).toBe(path);
    }
  });

  it('and takes one that can', () => {
    expect(defineModule({ name: 'things', adminPages: [page] }).adminPages).toEqual([page]);
  });
});
