// Row schedules for operators: what is due, which rows do not run and why, and the outcome of each occurrence. They are triggered, paused
// and resumed as processes.
import { z } from 'zod';
import { SchedulerError } from '../../base/errors.js';
import type { RowHistoryEntry, RowSchedules, RowScheduleStatus } from '../../scheduler/rows/index.js';
import { flagInput, given, isoOrNull, maybeTime, pageJson, pageOf, paging, time } from '../kit/json.js';
import { route, type Route } from '../kit/route.js';
import type { AdminScheduler } from '../scheduler-port.js';

const tag = 'Row schedules';
const capped = { description: 'Counted up to 10,000' };

export const rowScheduleSchema = z
  .object({
    name: z.string().meta({ description: 'Also the name of its process' }),
    table: z.string(),
    due: z.number().meta(capped),
    unplanned: z.number().meta({ description: 'Rows whose next run has not been computed yet; counted up to 10,000' }),
    suspended: z.number().meta({ description: 'Rows that do not run, see `/suspended`; counted up to 10,000' }),
    next_due_at: maybeTime,
    lag_s: z.number().meta({ description: 'How long the earliest due row has waited' }),
    lagging: z.boolean().meta({ description: 'It has waited for longer than the schedule allows' }),
  })
  .meta({ id: 'RowSchedule' });

export const rowScheduleJson = (status: RowScheduleStatus): z.input<typeof rowScheduleSchema> => ({
  name: status.name,
  table: status.table,
  due: status.due,
  unplanned: status.unplanned,
  suspended: status.suspended,
  next_due_at: isoOrNull(status.nextDueAt),
  lag_s: status.lagS,
  lagging: status.lagging,
});

const entrySchema = z
  .object({
    key: z.string(),
    scheduled_for: time,
    outcome: z.enum(['completed', 'skipped', 'coalesced', 'enqueued', 'failed', 'dead']),
    count: z.number().meta({ description: 'For a gap: the number of occurrences; counting stops at 1,000' }),
    last_scheduled_for: maybeTime,
    attempts: z.number(),
    due_at: maybeTime,
    finished_at: time,
    reason: z.string().nullable(),
    run_id: z.string().nullable(),
  })
  .meta({ id: 'RowRun' });

const entryJson = (entry: RowHistoryEntry): z.input<typeof entrySchema> => ({
  key: entry.key,
  scheduled_for: entry.scheduledFor.toISOString(),
  outcome: entry.outcome,
  count: entry.occurrences,
  last_scheduled_for: isoOrNull(entry.lastScheduledFor),
  attempts: entry.attempts,
  due_at: isoOrNull(entry.dueAt),
  finished_at: entry.finishedAt.toISOString(),
  reason: entry.reason,
  run_id: entry.runId,
});

const suspendedSchema = z.object({ items: z.array(z.object({ key: z.string(), error: z.string().nullable() })) });
const params = z.object({ name: z.string().min(1).max(100) });
const historyQuery = z
  .strictObject({
    ...paging,
    key: z.string().min(1).max(500).optional().meta({ description: 'Only this row' }),
    troubled: flagInput.optional().meta({ description: 'Only what failed or was given up' }),
  })
  .refine(({ key, troubled }) => key === undefined || troubled === undefined, {
    path: ['troubled'],
    message: 'cannot be combined with `key`',
  });

function rowsOf({ rows }: Pick<AdminScheduler, 'rows'>): RowSchedules {
  if (rows) return rows;
  throw new SchedulerError('ROW_SCHEDULE_NOT_FOUND', 'this scheduler has no row schedules');
}

export const rowScheduleRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/row-schedules',
    id: 'listRowSchedules',
    tag,
    summary: 'All row schedules, with their current state',
    responses: { 200: { description: 'All of them', schema: z.object({ items: z.array(rowScheduleSchema) }) } },
    handle: async () => ({ status: 200, body: { items: (await (scheduler.rows?.list() ?? [])).map(rowScheduleJson) } }),
  }),
  route({
    method: 'get',
    path: '/row-schedules/:name',
    id: 'getRowSchedule',
    tag,
    summary: 'One row schedule, with its current state',
    params,
    responses: { 200: { description: 'The row schedule', schema: rowScheduleSchema } },
    handle: async ({ params: { name } }) => ({ status: 200, body: rowScheduleJson(await rowsOf(scheduler).get(name)) }),
  }),
  route({
    method: 'get',
    path: '/row-schedules/:name/suspended',
    id: 'listSuspendedRows',
    tag,
    summary: 'Rows that do not run, with the reason',
    params,
    query: z.strictObject({ limit: paging.limit }),
    responses: { 200: { description: 'Up to `limit` of them', schema: suspendedSchema } },
    handle: async ({ params: { name }, query: { limit } }) => ({
      status: 200,
      body: { items: [...(await rowsOf(scheduler).suspended(name, limit))] },
    }),
  }),
  route({
    method: 'get',
    path: '/row-schedules/:name/runs',
    id: 'listRowRuns',
    tag,
    summary: 'The outcome of each occurrence, newest first',
    params,
    query: historyQuery,
    responses: { 200: { description: 'One page', schema: pageOf(entrySchema) } },
    handle: async ({ params: { name }, query }) => ({
      status: 200,
      body: pageJson(await rowsOf(scheduler).history(name, given(query)), entryJson),
    }),
  }),
];
