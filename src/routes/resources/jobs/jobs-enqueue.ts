// Enqueueing a job over HTTP, by the name of its type.
import { z } from 'zod';
import { PRIORITY_NAMES, type PriorityName, type Queue } from '../../../scheduler/queue/index.js';
import { jsonToInput, scheduleSchema } from '../../../scheduler/schedule/index.js';
import { given, timeInput } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import { jobJson, jobSchema } from './jobs-json.js';

const word = z.string().min(1).max(200).optional();

const enqueueBody = z
  .strictObject({
    type: z.string().min(1).max(100),
    payload: z.unknown().meta({ description: 'Checked by the definition of the type' }),
    run_at: timeInput.optional().meta({ description: 'Not before this time; default: now' }),
    priority: z.enum(PRIORITY_NAMES as [PriorityName, ...PriorityName[]]).optional(),
    unique_key: word.meta({
      description: 'While another job of the type holds this key, that job is returned instead',
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

type EnqueueBody = z.output<typeof enqueueBody>;

const optionsOf = ({ run_at, unique_key, schedule, tenant_id, workspace_id, user_id, priority }: EnqueueBody) =>
  given({
    runAt: run_at,
    uniqueKey: unique_key,
    schedule: schedule && jsonToInput(schedule),
    tenantId: tenant_id,
    workspaceId: workspace_id,
    userId: user_id,
    priority,
  });

const job = (description: string) => ({ description, schema: jobSchema });

export const enqueueRoutes = ({ admin }: Pick<Queue, 'admin'>): Route[] => [
  route({
    method: 'post',
    path: '/jobs',
    id: 'enqueueJob',
    tag: 'Jobs',
    summary: 'Enqueue a job of a type that this process knows',
    body: enqueueBody,
    responses: {
      200: job('Another job holds the unique key: that job'),
      201: job('The new job'),
      404: { description: 'This process knows no jobs of this type' },
    },
    handle: async ({ body }, { actor, base }) => {
      const enqueued = await admin.enqueue(body.type, body.payload, optionsOf(body), actor);
      const Location = `${base}/jobs/${enqueued.job.id}`;
      return { status: enqueued.existing ? 200 : 201, headers: { Location }, body: jobJson(enqueued.job) };
    },
  }),
];
