// What was done and by whom: the audit log, and the daily roll-ups.
import { z } from 'zod';
import type { AuditEntry } from '../../scheduler/contracts/scheduler.js';
import { given, pageJson, pageOf, paging, time, wholeJson } from '../kit/json.js';
import { route, type Route } from '../kit/route.js';
import type { AdminScheduler } from '../scheduler-port.js';
import { inputJson } from './runs/run-input.js';

export const auditSchema = z
  .object({
    id: z.string(),
    at: time,
    actor: z.string(),
    action: z.string(),
    target: z.string().nullable(),
    ip: z.string().nullable(),
    request_id: z.string().nullable(),
    details: z.unknown(),
  })
  .meta({ id: 'AuditEntry' });

const auditJson = (entry: AuditEntry): z.input<typeof auditSchema> => ({
  id: entry.id,
  at: entry.at.toISOString(),
  actor: entry.actor,
  action: entry.action,
  target: entry.target,
  ip: entry.ip,
  request_id: entry.requestId,
  details: detailsJson(entry.target, entry.details),
});

/** A trigger's input stands there as it does in its run. */
const detailsJson = (target: string | null, details: unknown): unknown =>
  typeof details === 'object' && details !== null && 'input' in details
    ? { ...details, input: inputJson(target ?? '', details.input) }
    : (details ?? null);

const statsSchema = z.object({
  day: z.iso.date().meta({ description: 'UTC' }),
  name: z.string().meta({ description: 'Process or job type' }),
  runs: z.number(),
  successful: z.number(),
  failed: z.number(),
  skipped: z.number(),
  dead: z.number(),
  duration_ms: z.number(),
});

const name = z.string().min(1).max(100).optional();

export const recordRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/audit',
    id: 'listAudit',
    tag: 'Records',
    summary: 'Who changed or triggered what, newest first',
    query: z.strictObject({ ...paging, actor: name, action: name }),
    responses: { 200: { description: 'One page', schema: pageOf(auditSchema) } },
    handle: async ({ query }) => ({ status: 200, body: pageJson(await scheduler.audit.list(given(query)), auditJson) }),
  }),
  route({
    method: 'get',
    path: '/audit/:id',
    id: 'getAuditEntry',
    tag: 'Records',
    summary: 'One entry; that of a change of many rows shows how far it is',
    params: z.strictObject({ id: z.string().regex(/^\d{1,18}$/, 'must be the id of an entry') }),
    responses: { 200: { description: 'The entry', schema: auditSchema } },
    handle: async ({ params }) => ({ status: 200, body: auditJson(await scheduler.audit.get(params.id)) }),
  }),
  route({
    method: 'get',
    path: '/stats',
    id: 'getStats',
    tag: 'Records',
    summary: 'Daily roll-ups per process and job type',
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(7) }),
    responses: { 200: { description: 'One row per day and name', schema: pageOf(statsSchema) } },
    handle: async ({ query }) => {
      const rows = await scheduler.stats(query.days);
      const items = rows.map(({ durationMs, ...row }): z.input<typeof statsSchema> => ({
        ...row,
        duration_ms: durationMs,
      }));
      return { status: 200, body: wholeJson(items) };
    },
  }),
];
