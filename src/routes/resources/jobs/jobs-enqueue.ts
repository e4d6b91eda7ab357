// Enqueueing a job over HTTP, by the name of its type, and changing when one runs.
import { z } from 'zod';
import { PRIORITY_NAMES, type PriorityName, type JobQueue } from '../../../scheduler/queue/index.js';
import { jsonToInput, scheduleSchema } from '../../../scheduler/schedule/index.js';
import { given, timeInput, uuid } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import { maskSecrets } from '../../../base/secrets/mask-secrets.js';
import { jobJson, jobSchema } from './jobs-json.js';

const word = z.string().min(1).max(200).optional();

const enqueueBody = z
  .strictObject({
    type: z.string().min(1).max(100),
    payload: z.unknown().meta({ description: 'Validated by the definition of the type' }),
    run_at: timeInput.optional().meta({ description: 'Not before this time; default: now' }),
    priority: z.enum(PRIORITY_NAMES as [PriorityName, ...PriorityName[]]).optional(),
    unique_key: word.meta({
      description: 'While another job of the type holds this key, that job is returned instead',
    }),
    on_conflict: z.enum(['keep', 'replace', 'advance']).optional().meta({
      description:
        'If another job holds the key: keep that job (default), replace it with this one, or advance it: if it waits for a later time, it gets this one',
    }),
    schedule: scheduleSchema.optional().meta({ description: 'Makes the job recurring' }),
    tenant_id: word,
    workspace_id: word,
    user_id: word,
  })
  .refine(({ run_at, schedule }) => run_at === undefined || schedule === undefined, {
    path: ['run_at'],
    message: 'give either `run_at` or `schedule`',
  });

const rescheduleBody = z
  .strictObject({
    run_at: timeInput.optional().meta({ description: 'Not before this time; for a waiting job' }),
    schedule: scheduleSchema
      .optional()
      .meta({ description: 'The complete new schedule of a recurring job. Takes effect immediately' }),
  })
  .refine(({ run_at, schedule }) => (run_at === undefined) !== (schedule === undefined), {
    path: ['schedule'],
    message: 'give either `run_at` or `schedule`',
  });

type EnqueueBody = z.output<typeof enqueueBody>;

const optionsOf = ({
  run_at,
  unique_key,
  on_conflict,
  schedule,
  tenant_id,
  workspace_id,
  user_id,
  priority,
}: EnqueueBody) =>
  given({
    runAt: run_at,
    uniqueKey: unique_key,
    onConflict: on_conflict,
    schedule: schedule && jsonToInput(schedule),
    tenantId: tenant_id,
    workspaceId: workspace_id,
    userId: user_id,
    priority,
  });

const job = (description: string) => ({ description, schema: jobSchema });

export const enqueueRoutes = ({ admin }: Pick<JobQueue, 'admin'>): Route[] => [
  route({
    method: 'post',
    path: '/jobs',
    id: 'enqueueJob',
    tag: 'Jobs',
    summary: 'Enqueue a job of a type that this process knows',
    body: enqueueBody,
    responses: {
      200: job('Another job holds the unique key: that job, changed if `on_conflict` says so'),
      201: job('The new job'),
      404: { description: 'This process does not know this job type' },
    },
    handle: async ({ body }, { actor, base }) => {
      const enqueued = await admin.enqueue(body.type, body.payload, optionsOf(body), actor);
      const Location = `${base}/jobs/${enqueued.job.id}`;
      return { status: enqueued.existing ? 200 : 201, headers: { Location }, body: jobJson(enqueued.job, maskSecrets) };
    },
  }),
  route({
    method: 'patch',
    path: '/jobs/:id',
    id: 'rescheduleJob',
    tag: 'Jobs',
    summary: 'Move a waiting job, or change the schedule of a recurring job',
    params: z.strictObject({ id: uuid.meta({ description: 'The id of any job of the series' }) }),
    body: rescheduleBody,
    responses: {
      200: job('The job that waits, or runs'),
      409: { description: 'It has ended, or is running and cannot be moved' },
    },
    handle: async ({ params, body: { run_at: runAt, schedule } }, { actor }) => {
      const to = schedule === undefined ? { runAt: runAt as Date } : { schedule: jsonToInput(schedule) };
      return { status: 200, body: jobJson(await admin.reschedule(params.id, to, actor), maskSecrets) };
    },
  }),
];
