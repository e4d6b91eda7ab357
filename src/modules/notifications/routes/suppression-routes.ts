// The suppression list for operators: list, add, remove. Every change is recorded in the audit log.
import { z } from 'zod';
import { SchedulerError, type Actor, type ModuleHost } from '../../../scheduler/public.js';
import { given, pageOf, paging, route, time, type Route } from '../../../routes/index.js';
import {
  addSuppressions,
  findSuppression,
  listSuppressions,
  removeSuppressions,
  type ListedSuppression,
  type Suppression,
  type SuppressionMark,
} from '../db/suppressions.js';
import { notificationError } from '../errors.js';
import { normalAddress } from '../recipients/normal-address.js';
import { TYPE_NAME } from '../templates/registry.js';

const method = z.enum(['email', 'sms', 'whatsapp']);
const reason = z.enum(['unknown_address', 'hard_bounce', 'complaint', 'unsubscribe', 'manual']);
const category = z
  .string()
  .refine((name) => name === '*' || TYPE_NAME.test(name), 'must be the name of a category, or * for all')
  .meta({ description: '`*`: all categories' });
const address = z.string().min(1).max(400);

const suppressionSchema = z
  .object({
    delivery_method: method,
    address: z.string(),
    category: z.string(),
    reason,
    detail: z.string().nullable(),
    source: z.string().nullable(),
    notification_id: z.string().nullable(),
    created_at: time,
  })
  .meta({ id: 'Suppression' });

const toJson = (entry: Suppression): z.input<typeof suppressionSchema> => ({
  delivery_method: entry.delivery_method,
  address: entry.address,
  category: entry.category,
  reason: entry.reason,
  detail: entry.detail,
  source: entry.source,
  notification_id: entry.notification_id,
  created_at: entry.created_at.toISOString(),
});

const word = z.string().regex(/^[^\0\p{Surrogate}]*$/u);
const mark = z.tuple([z.iso.datetime({ offset: true }), word, word, word]);

function readCursor(cursor: string | undefined): SuppressionMark | null {
  if (cursor === undefined) return null;
  try {
    const [at, ...rest] = mark.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    const [address, method, category] = rest;
    return { at, address, method, category };
  } catch {
    throw invalid('cursor', 'is not one that this list returned');
  }
}

const cursorOf = ({ at, address, delivery_method, category }: ListedSuppression): string =>
  Buffer.from(
    JSON.stringify([at.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'), address, delivery_method, category]),
  ).toString('base64url');

const invalid = (path: string, message: string): SchedulerError =>
  new SchedulerError('INVALID_INPUT', `${path}: ${message}`, { errors: [{ path, message }] });

/** Throws INVALID_INPUT if it is not an address. */
function normal(deliveryMethod: z.output<typeof method>, given: string): string {
  const found = normalAddress(deliveryMethod, given);
  if (found !== null) return found;
  throw invalid('address', deliveryMethod === 'email' ? 'must be an email address' : 'must be a phone number');
}

const addBody = z.strictObject({
  address,
  delivery_method: method.default('email'),
  category: category.default('*'),
  detail: z.string().min(1).max(1_000).optional(),
});
type Added = z.output<typeof addBody>;

const params = z.strictObject({ address });
type Host = Pick<ModuleHost, 'db' | 'audit'>;

async function add({ db, audit }: Host, { delivery_method, category, detail, ...body }: Added, by: Actor) {
  const wanted = normal(delivery_method, body.address);
  return db.transaction(async (tx) => {
    const added = await addSuppressions(tx, [
      {
        ...{ delivery_method, address: wanted, category, reason: 'manual' as const },
        ...{ detail: detail ?? null, source: by.name, notification_id: null },
      },
    ]);
    const details = { delivery_method, category };
    if (added.length > 0) await audit.record({ by, action: 'suppression.add', target: wanted, details }, { db: tx });
    const entry = await findSuppression(tx, { delivery_method, address: wanted, category });
    return { entry: entry as Suppression, isNew: added.length > 0 };
  });
}

async function remove(
  { db, audit }: Host,
  given: { address: string; method: z.output<typeof method>; category: string | null },
  by: Actor,
): Promise<number> {
  const wanted = normal(given.method, given.address);
  return db.transaction(async (tx) => {
    const removed = await removeSuppressions(tx, { ...given, address: wanted });
    if (removed.length === 0)
      throw notificationError('SUPPRESSION_NOT_FOUND', `${wanted} is not on the suppression list`);
    const details = {
      delivery_method: given.method,
      removed: removed.map(({ category, reason }) => ({ category, reason })),
    };
    await audit.record({ by, action: 'suppression.remove', target: wanted, details }, { db: tx });
    return removed.length;
  });
}

/** Under `/admin`. */
export const suppressionRoutes = (host: Host): Route[] => [
  route({
    method: 'get',
    path: '/suppressions',
    id: 'listSuppressions',
    tag: 'Notifications',
    summary: 'The suppression list, newest first',
    query: z.strictObject({
      ...paging,
      cursor: z.string().min(1).max(1_500).optional().meta({ description: '`next_cursor` of the previous page' }),
      address: address.optional(),
      delivery_method: method.optional(),
      category: category.optional(),
      reason: reason.optional(),
    }),
    responses: { 200: { description: 'One page', schema: pageOf(suppressionSchema) } },
    handle: async ({ query: { limit, cursor, address: wanted, ...filter } }) => {
      const address = wanted === undefined ? undefined : normal(filter.delivery_method ?? 'email', wanted);
      const page = { limit: limit + 1, after: readCursor(cursor) };
      const rows = await listSuppressions(host.db, given({ ...filter, address }), page);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      const items = rows.slice(0, limit).map(toJson);
      return { status: 200, body: { items, next_cursor: last === undefined ? null : cursorOf(last) } };
    },
  }),
  route({
    method: 'post',
    path: '/suppressions',
    id: 'addSuppression',
    tag: 'Notifications',
    summary: 'Add an address to the suppression list',
    body: addBody,
    responses: {
      201: { description: 'Added', schema: suppressionSchema },
      200: { description: 'It was already on the list', schema: suppressionSchema },
    },
    handle: async ({ body }, { actor }) => {
      const { entry, isNew } = await add(host, body, actor);
      return { status: isNew ? 201 : 200, body: toJson(entry) };
    },
  }),
  route({
    method: 'delete',
    path: '/suppressions/:address',
    id: 'removeSuppression',
    tag: 'Notifications',
    summary: 'Remove an address from the suppression list, whatever the reason of its entries',
    params,
    query: z.strictObject({ delivery_method: method.default('email'), category: category.optional() }),
    responses: { 200: { description: 'The number of removed entries', schema: z.object({ removed: z.number() }) } },
    handle: async ({ params: { address }, query }, { actor }) => {
      const wanted = { address, method: query.delivery_method, category: query.category ?? null };
      return { status: 200, body: { removed: await remove(host, wanted, actor) } };
    },
  }),
];
