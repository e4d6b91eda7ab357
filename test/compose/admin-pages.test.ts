// The pages that our modules describe fit their own routes: each list is there, with the fields, filters and actions that are named.
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { loadConfig } from '../../src/base/config/config.js';
import { silentLogger } from '../../src/base/logger.js';
import { createScheduler } from '../../src/compose/create-scheduler.js';
import { ownModules } from '../../src/compose/modules.js';
import { defineModule, type AdminPageColumn, type AdminPageSection } from '../../src/index.js';
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
  readonly anyOf?: Schema[];
}
interface Operation {
  readonly 'x-role': string;
  readonly parameters?: { name: string; in: string }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
const document = openApiDocument([{ prefix: '', routes, ...ADMIN_GROUP }], '1') as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const resolve = (schema: Schema | undefined): Schema => {
  const name = schema?.$ref?.split('/').at(-1);
  if (name !== undefined) return resolve(document.components.schemas[name]);
  const inner = schema?.anyOf?.find(({ $ref, properties }) => $ref !== undefined || properties !== undefined);
  return inner === undefined ? (schema ?? {}) : resolve(inner);
};
const field = (schema: Schema, path: string): boolean =>
  path.split('.').reduce<Schema | null>((inner, name) => {
    const found = inner && resolve(inner).properties?.[name];
    return found ?? null;
  }, schema) !== null;

const pages = scheduler.modules?.adminPages ?? [];
const sections = pages.flatMap(({ module, sections }) =>
  sections.flatMap(({ detail, ...section }): [string, AdminPageSection][] => [
    [`${module}: ${section.title}`, section],
    ...(detail?.sections ?? []).map((inner): [string, AdminPageSection] => [
      `${module}: ${section.title}: ${inner.title}`,
      inner,
    ]),
  ]),
);
/** Where links may lead: pages of the client's own, and those of modules. */
const OWN_PAGES = ['jobs', 'runs', 'people', 'subscriptions', 'processes'];
const MODULE_PAGES = pages.flatMap(({ module, name, sections }) =>
  sections.flatMap(({ slug, detail }) => {
    const list = `modules/${module}/${name}/${slug}`;
    return detail ? [list, `${list}/:`] : [list];
  }),
);

const operationAt = (path: string, method: string): Operation | undefined => {
  const plain = path.split('?')[0] ?? '';
  const shape = (text: string): string => text.replaceAll(/\{\w+\}|:\w+/g, '{}');
  const exact = document.paths[plain];
  const found = exact ?? Object.entries(document.paths).find(([known]) => shape(known) === shape(plain))?.[1];
  return found?.[method] ?? fixedIn(plain)?.[method];
};
/** `/row-schedules/digests/runs` is `/row-schedules/{name}/runs`. */
const fixedIn = (path: string): Record<string, Operation> | undefined =>
  Object.entries(document.paths).find(([known]) =>
    new RegExp(`^${known.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  )?.[1];

const bodyOf = (operation: Operation | undefined): Schema => {
  const good = Object.entries(operation?.responses ?? {}).find(([status]) => /^20[012]$/.test(status))?.[1];
  return resolve(good?.content?.['application/json']?.schema);
};
const inputOf = (operation: Operation | undefined): Schema =>
  resolve(operation?.requestBody?.content['application/json']?.schema);
const parametersOf = (operation: Operation | undefined): string[] =>
  (operation?.parameters ?? []).map(({ name }) => name);
const queryOf = (path: string): string[] => [...new URLSearchParams(path.split('?')[1] ?? '').keys()];
const missing = (schema: Schema, names: readonly string[]): string[] => names.filter((name) => !field(schema, name));

const named = ({ field: name, total, eta }: AdminPageColumn): string[] =>
  [name, total, eta].filter((one) => one !== undefined);

it('there are pages of ours', () => {
  expect(pages.map(({ module }) => module)).toEqual(
    expect.arrayContaining(['webhooks', 'billing', 'notifications', 'lists', 'digests']),
  );
});

it('the address of a section is its title in lower case', () => {
  const { sections: parts = [] } = pages.find(({ module }) => module === 'lists') ?? {};
  expect(parts.map(({ title, slug }) => [title, slug])).toContainEqual(['Lists of all users', 'lists-of-all-users']);
});

describe('a section', () => {
  it.each(sections)('%s', (_name, section) => {
    const { route, view = 'table', columns, more = [], filters = [], actions = [], create } = section;
    const source = operationAt(route, 'get');
    const body = bodyOf(source);
    const item = view === 'table' ? resolve(resolve(body.properties?.['items']).items) : body;
    expect(missing(item, [...columns, ...more].flatMap(named))).toEqual([]);
    expect(parametersOf(source)).toEqual(
      expect.arrayContaining([...filters.map((filter) => filter.field), ...queryOf(route)]),
    );
    for (const { link } of [...columns, ...more]) {
      if (link === undefined) continue;
      expect(
        missing(
          item,
          [...link.matchAll(/:(\w+)/g)].map(([, name]) => name ?? ''),
        ),
      ).toEqual([]);
      const page = link.split('?')[0]?.replace(/:\w+/g, ':') ?? '';
      expect(OWN_PAGES.some((own) => page === `${own}/:`) || MODULE_PAGES.includes(page) || page).toBe(true);
    }
    for (const form of create ? [...actions, create] : actions) {
      const operation = operationAt(form.path, form.method);
      expect([form.path, operation?.['x-role']]).toEqual([form.path, form.role]);
      expect(parametersOf(operation)).toEqual(expect.arrayContaining(queryOf(form.path)));
      expect(
        missing(inputOf(operation), [...(form.fields ?? []).map((one) => one.field), ...Object.keys(form.body ?? {})]),
      ).toEqual([]);
      expect(missing(bodyOf(operation), (form.result ?? []).flatMap(named))).toEqual([]);
      const used = [...form.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
      expect(missing(item, form === create ? [] : used)).toEqual([]);
      const conditions = [('when' in form ? form.when : undefined) ?? []].flat();
      expect(
        missing(
          item,
          conditions.map((condition) => condition.field),
        ),
      ).toEqual([]);
    }
  });
});

describe('defineModule refuses a page that cannot be shown', () => {
  const section = { title: 'All', route: '/things', columns: [{ field: 'id', title: 'Id', kind: 'id' }] } as const;
  const form = { title: 'New thing', method: 'post', path: '/things', role: 'operator' };
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
    ...(
      [
        ['route', { route: '/things/:id' }],
        ['title', { title: '…' }],
        ['refresh', { refresh: 0 }],
        ['columns.0.link', { columns: [{ field: 'id', title: 'x', kind: 'id', link: 'https://evil.example/' }] }],
        ['detail', { view: 'facts', detail: { title: 'Thing', sections: [{ ...section, route: '/things/:id' }] } }],
        ['detail.sections.0.route', { detail: { title: 'Thing', sections: [section] } }],
        ['create.fields.0.values', { create: { ...form, fields: [{ field: 'kind', title: 'Kind', kind: 'choice' }] } }],
        ['actions.0.when.values', { actions: [{ ...form, when: { field: 'kind', values: [] } }] }],
        ['actions.0.when', { actions: [{ ...form, when: [] }] }],
        ['actions.0.when', { actions: [{ ...form, when: [{ field: 'kind', values: [{}] }] }] }],
        ['create.path', { create: { ...form, path: '//evil.example/' } }],
      ] as const
    ).map(([path, change]): [string, unknown] => [
      `adminPages.0.sections.0.${path}`,
      [{ ...page, sections: [{ ...section, ...change }] }],
    ]),
    ['adminPages.0.sections.1.title', [{ ...page, sections: [section, { ...section, title: 'all!' }] }]],
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
