// The shape of a module's pages: what `defineModule` lets through, and what the OpenAPI document says of a session's pages.
import { z } from 'zod';
import { ROLES } from '../../base/secrets/roles.js';
import type { AdminPage } from '../contracts/admin-page.js';
import type { ModulePage } from './module-page.js';

const text = (what: string, pattern: RegExp) => z.string({ error: what }).regex(pattern, { error: what });
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });

const NAME = /^[a-z][a-z0-9-]{0,40}$/;
const title = text('must be text of 1 to 200 characters', /^.{1,200}$/s);
const field = text('must be the name of a field', /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/);
const PATH = /^\/(?!\/)[\w/:.-]+(\?[\w=&:.-]+)?$/;
const route = text('must be the path of an admin route, such as /invoices', PATH);
const path = text('must be the path of an admin route', PATH);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const column = z.strictObject({
  field,
  title,
  kind: oneOf(['text', 'time', 'status', 'money', 'number', 'id', 'duration', 'progress', 'json']),
  unit: oneOf(['ms', 's']).exactOptional().meta({ description: 'Of a duration; default ms' }),
  total: field.exactOptional().meta({ description: 'Of progress: the field with the whole number' }),
  eta: field.exactOptional().meta({ description: 'Of progress: the field with the remaining seconds' }),
  link: text(
    'must be the path of a page, such as jobs/:job_id',
    /^[\w-]+(\/[\w:.-]+)*(\?[\w=&:.-]+)?$/,
  ).exactOptional(),
});
const columns = z.array(column, { error: 'must hold at least one column' }).min(1, 'must hold at least one column');

const filter = z.strictObject({
  field: text('must be the name of a parameter', /^[a-z][a-z0-9_]*$/),
  title,
  values: z.array(z.string()).min(1).exactOptional(),
});

const formField = z
  .strictObject({
    field: text('must be the name of a field', /^[a-zA-Z][a-zA-Z0-9_]*$/),
    title,
    kind: oneOf(['text', 'number', 'boolean', 'choice', 'choices', 'json']),
    required: z.boolean().exactOptional(),
    values: z.array(z.string()).min(1).exactOptional(),
    value: scalar.exactOptional(),
    hint: title.exactOptional(),
  })
  .refine(({ kind, values }) => (kind === 'choice' || kind === 'choices') === (values !== undefined), {
    path: ['values'],
    message: 'must be given for a choice or choices, and for nothing else',
  });

const form = z.strictObject({
  title,
  method: oneOf(['post', 'patch', 'put', 'delete']),
  path,
  role: z.enum(ROLES, { error: 'must be viewer, operator or admin' }),
  fields: z.array(formField).min(1).exactOptional(),
  body: z.record(z.string(), scalar.nullable()).exactOptional(),
  result: columns.exactOptional(),
  note: title.exactOptional(),
});

const condition = z.strictObject({
  field,
  values: z.array(scalar.nullable(), { error: 'must be a list of values' }).min(1, 'must hold at least one value'),
});

const action = form.extend({
  confirm: title.exactOptional(),
  when: z
    .union([condition, z.array(condition).min(1)], {
      error: 'must be a condition, such as { field: "status", values: ["failed"] }, or a list of conditions',
    })
    .exactOptional(),
});

const innerSection = z.strictObject({
  title,
  route,
  view: oneOf(['table', 'facts', 'text']).exactOptional(),
  columns,
  more: columns.exactOptional(),
  filters: z.array(filter).min(1).exactOptional(),
  actions: z.array(action).min(1).exactOptional(),
  create: form.exactOptional(),
  empty: title.exactOptional(),
  refresh: z.int().min(1).max(3_600).exactOptional().meta({ description: 'Seconds; default 20' }),
});

const detail = z.strictObject({
  title,
  key: field.exactOptional(),
  sections: z
    .array(
      innerSection.refine(
        (section) =>
          [...section.route.matchAll(/:(\w+)/g)].every(([, name]) => name === 'id') && section.route.includes(':id'),
        {
          path: ['route'],
          message: 'must hold :id, which stands for the item that is open, and nothing else of this kind',
        },
      ),
      { error: 'must hold at least one section' },
    )
    .min(1, 'must hold at least one section'),
});

const section = innerSection.extend({
  route: route.refine(
    (given) => !given.includes(':'),
    'must not hold a parameter: only the sections of a detail have one',
  ),
  detail: detail.exactOptional(),
});

export const adminPageSchema = z.strictObject({
  name: text(`must match ${String(NAME)}`, NAME),
  title: text('must not be empty', /^.{1,200}$/s),
  description: title.exactOptional(),
  sections: z.array(section, { error: 'must hold at least one section' }).min(1, 'must hold at least one section'),
}) satisfies z.ZodType<AdminPage, unknown>;

const slug = z.string().meta({ description: 'The part of its address' });

/** A page with the name of its module, and of each section the part of its address. */
export const modulePageSchema = adminPageSchema.extend({
  module: z.string(),
  sections: z.array(
    section.extend({
      slug,
      detail: detail.extend({ sections: z.array(innerSection.extend({ slug })) }).exactOptional(),
    }),
  ),
}) satisfies z.ZodType<ModulePage, unknown>;
