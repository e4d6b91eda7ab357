// One subscription by local day, and why it runs or does not run, in the same sentences for API, command line and dashboard.
import { z } from 'zod';
import type { NextOccurrence, PastOccurrence } from '../../../subscriptions/timeline/timeline.js';
import type { WhyReason } from '../../../subscriptions/why/known.js';
import { given, isoOrNull, maybeTime, subscriptionParams, time } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import { zoneInput } from '../../kit/zone.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { SUBSCRIPTIONS_PROCESS } from '../runs/run-input.js';
import { clockChangeJson, clockChangeSchema, occurrenceJson, occurrenceSchema } from '../schedules/occurrence-json.js';
import { subscriptionsOf } from './subscriptions.js';

const tag = 'Subscriptions';

const pastSchema = z
  .object({
    scheduled_for: time,
    local: z.string().meta({ description: 'Local time in the zone of the subscription' }),
    utc_offset: z.string(),
    outcome: z.enum(['on_time', 'late', 'retried', 'dead', 'skipped', 'coalesced']),
    attempts: z.number(),
    count: z.number().meta({ description: 'For a gap: the number of occurrences; counting stops at 1,000' }),
    last_scheduled_for: maybeTime,
    lateness_ms: z.number().nullable().meta({ description: 'From when it was due to its start; null: it did not run' }),
    finished_at: time,
    error: z.string().nullable(),
    run_id: z.string().nullable(),
  })
  .meta({ id: 'PastOccurrence' });

const nextSchema = occurrenceSchema
  .extend({
    due_at: maybeTime.meta({ description: 'Nominal time plus spread' }),
    paused: z
      .boolean()
      .meta({ description: 'It will not run then in its current state: paused, suspended or not active' }),
  })
  .meta({ id: 'NextOccurrence' });

const timelineSchema = z
  .object({
    zone: z.string(),
    past: z.array(pastSchema).meta({ description: 'Oldest first' }),
    next: z.array(nextSchema),
    clock_changes: z.array(clockChangeSchema),
    truncated: z.boolean().meta({ description: 'Older ones within `past_days` are left out: at most 500 are listed' }),
  })
  .meta({ id: 'Timeline' });

const reasonSchema = z
  .object({
    code: z.string().meta({ description: 'Which kind of reason: `paused`, `next_run`' }),
    tone: z.enum(['good', 'warn', 'bad', 'off', 'waiting']),
    text: z.string().meta({ description: 'One sentence' }),
    hint: z.string().nullable().meta({ description: 'What helps' }),
    at: maybeTime.meta({ description: 'The time that it refers to' }),
  })
  .meta({ id: 'Reason' });

export const whySchema = z
  .object({
    as_of: time,
    zone: z.string().meta({ description: 'Times in the sentences are local to this zone' }),
    reasons: z.array(reasonSchema).meta({
      description: 'What prevents it from running, what comes next, its last occurrences, and the last manual change',
    }),
  })
  .meta({ id: 'Why' });

const pastJson = (one: PastOccurrence): z.input<typeof pastSchema> => ({
  scheduled_for: one.scheduledFor.toISOString(),
  local: one.local,
  utc_offset: one.utcOffset,
  outcome: one.outcome,
  attempts: one.attempts,
  count: one.count,
  last_scheduled_for: isoOrNull(one.lastScheduledFor),
  lateness_ms: one.latenessMs,
  finished_at: one.finishedAt.toISOString(),
  error: one.error,
  run_id: one.runId,
});

const nextJson = (one: NextOccurrence): z.input<typeof nextSchema> => ({
  ...occurrenceJson(one),
  due_at: isoOrNull(one.dueAt),
  paused: one.paused,
});

const reasonJson = ({ at, ...rest }: WhyReason): z.input<typeof reasonSchema> => ({ ...rest, at: isoOrNull(at) });

export const subscriptionLookRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/subscriptions/:id/timeline',
    id: 'getSubscriptionTimeline',
    tag,
    summary: 'Its past and next occurrences, in its local time, with the clock changes',
    params: subscriptionParams,
    query: z.strictObject({
      past_days: z.coerce.number().int().min(1).max(366).default(30),
      next: z.coerce.number().int().min(0).max(100).default(10),
    }),
    responses: { 200: { description: 'The timeline', schema: timelineSchema } },
    handle: async ({ params, query: { past_days: pastDays, next } }) => {
      const timeline = await subscriptionsOf(scheduler).timeline(params.id, { pastDays, next });
      const body: z.input<typeof timelineSchema> = {
        zone: timeline.zone,
        past: timeline.past.map(pastJson),
        next: timeline.next.map(nextJson),
        clock_changes: timeline.clockChanges.map(clockChangeJson),
        truncated: timeline.truncated,
      };
      return { status: 200, body };
    },
  }),
  route({
    method: 'get',
    path: '/subscriptions/:id/why',
    id: 'getSubscriptionWhy',
    tag,
    summary: 'Why it ran, will run or does not run, in plain words',
    params: subscriptionParams,
    query: z.strictObject({
      zone: zoneInput.optional().meta({ description: 'Default: the zone of the subscription' }),
    }),
    responses: { 200: { description: 'The reasons', schema: whySchema } },
    handle: async ({ params, query }) => {
      const api = subscriptionsOf(scheduler);
      const processes = await scheduler.processes.list();
      const process = processes.find(({ name }) => name === SUBSCRIPTIONS_PROCESS) ?? null;
      const breakers = scheduler.breakers();
      const { asOf, zone, reasons } = await api.why(params.id, { ...given(query), process, breakers });
      return { status: 200, body: { as_of: asOf.toISOString(), zone, reasons: reasons.map(reasonJson) } };
    },
  }),
];
