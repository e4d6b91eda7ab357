// For operators: waiting pages with the reason, the ledger, and a retry of a declined charge.
import { z } from 'zod';
import type { ModuleHost } from '../../../scheduler/public.js';
import {
  given,
  isoOrNull,
  maybeTime,
  pageOf,
  paging,
  route,
  time,
  timeInput,
  uuid,
  type Route,
} from '../../../routes/index.js';
import { findCharge, listCharges, markForRetry, type ChargeRow } from '../db/charges.js';
import { teamQueues } from '../db/queue-status.js';
import { billingError } from '../errors.js';

const tag = 'Billing';
const STATUSES = ['open', 'paid', 'declined', 'retrying', 'superseded', 'expired'] as const;

const chargeSchema = z
  .object({
    id: z.string(),
    page_id: z.string(),
    team_id: z.string(),
    status: z.enum(STATUSES),
    amount_cents: z.number(),
    currency: z.string(),
    idempotency_key: z.string(),
    customer_id: z.string(),
    payment_method_id: z.string().nullable(),
    payment_intent_id: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'Why it was declined, or is not settled yet' }),
    message: z.string().nullable(),
    unknown_attempts: z.number().meta({ description: 'Attempts whose outcome was not known' }),
    created_at: time,
    updated_at: time,
    paid_at: maybeTime,
  })
  .meta({ id: 'Charge' });

const chargeJson = (charge: ChargeRow): z.input<typeof chargeSchema> => ({
  ...charge,
  created_at: charge.created_at.toISOString(),
  updated_at: charge.updated_at.toISOString(),
  paid_at: isoOrNull(charge.paid_at),
});

const teamSchema = z.object({
  team_id: z.string().nullable().meta({ description: 'null: pages without a team' }),
  name: z.string().nullable(),
  waiting: z.number(),
  reasons: z.record(z.string(), z.number()).meta({
    description:
      '`no_customer`, `declined: <reason>`, `unknown_outcome`, `processing` or `waiting`, with the number of pages',
  }),
});

const queueSchema = pageOf(teamSchema).extend({
  missing: z.array(z.string()).meta({ description: 'Settings without which nothing is charged' }),
});

export interface BillingRouteDeps {
  readonly host: Pick<ModuleHost, 'db' | 'audit'>;
  readonly missing: () => readonly string[];
}

export const billingRoutes = ({ host, missing }: BillingRouteDeps): Route[] => [
  route({
    method: 'get',
    path: '/queue-status',
    id: 'getQueueStatus',
    tag,
    summary: 'Pages that are queued for publication, by team, with the reason',
    query: z.strictObject({ ...paging, cursor: z.coerce.number().int().min(0).max(10_000_000).default(0) }),
    responses: { 200: { description: 'Teams with most waiting pages first', schema: queueSchema } },
    handle: async ({ query: { limit, cursor } }) => {
      const teams = await teamQueues(host.db, limit + 1, cursor);
      const next_cursor = teams.length > limit ? String(cursor + limit) : null;
      return { status: 200, body: { items: teams.slice(0, limit), next_cursor, missing: missing() } };
    },
  }),
  route({
    method: 'get',
    path: '/charges',
    id: 'listCharges',
    tag,
    summary: 'The charge ledger, newest first',
    query: z.strictObject({
      ...paging,
      cursor: uuid.optional(),
      status: z.enum(STATUSES).optional(),
      team_id: z.string().min(1).max(200).optional(),
      page_id: z.string().min(1).max(200).optional(),
      since: timeInput.optional(),
    }),
    responses: { 200: { description: 'One page', schema: pageOf(chargeSchema) } },
    handle: async ({ query }) => {
      const {
        limit,
        cursor = null,
        status = null,
        team_id: teamId = null,
        page_id: pageId = null,
        since = null,
      } = query;
      const rows = await listCharges(host.db, { status, teamId, pageId, since, before: cursor, limit: limit + 1 });
      const items = rows.slice(0, limit);
      return {
        status: 200,
        body: { items: items.map(chargeJson), next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null },
      };
    },
  }),
  route({
    method: 'get',
    path: '/charges/:id',
    id: 'getCharge',
    tag,
    summary: 'One charge',
    params: z.strictObject({ id: uuid }),
    responses: { 200: { description: 'The charge', schema: chargeSchema } },
    handle: async ({ params: { id } }) => ({ status: 200, body: chargeJson(found(await findCharge(host.db, id), id)) }),
  }),
  route({
    method: 'post',
    path: '/charges/:id/retry',
    id: 'retryCharge',
    tag,
    summary: 'Retry a declined charge in the next pass, as a new charge',
    params: z.strictObject({ id: uuid }),
    body: z.strictObject({}).prefault({}),
    responses: {
      200: { description: 'The charge, now `retrying`', schema: chargeSchema },
      409: { description: 'It is not declined' },
    },
    handle: async ({ params: { id } }, { actor }) => {
      const charge = await host.db.transaction(async (tx) => {
        const marked = await markForRetry(tx, id);
        if (marked) {
          const details = given({ page_id: marked.page_id, team_id: marked.team_id });
          await host.audit.record({ by: actor, action: 'charge.retry', target: id, details }, { db: tx });
        }
        return marked;
      });
      if (charge) return { status: 200, body: chargeJson(charge) };
      const { status } = found(await findCharge(host.db, id), id);
      throw billingError('CHARGE_NOT_DECLINED', `charge ${id} is ${status}: only a declined one can be retried`, {
        id,
        status,
      });
    },
  }),
];

function found(charge: ChargeRow | null, id: string): ChargeRow {
  if (charge) return charge;
  throw billingError('CHARGE_NOT_FOUND', `there is no charge ${id}`, { id });
}
