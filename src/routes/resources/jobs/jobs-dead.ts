// Dead letters grouped by what went wrong: what an operator looks at before a retry of many.
import { z } from 'zod';
import type { DeadGroup, JobQueue } from '../../../scheduler/queue/index.js';
import { given, time, uuid } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';

const word = z.string().min(1).max(200).optional();

const deadGroupSchema = z
  .object({
    type: z.string(),
    error_code: z.string(),
    error: z.string().meta({
      description:
        'The message with ids, addresses and numbers as `#`: `error_group` of `POST /jobs/retry`, together with `type` and `error_code`',
    }),
    count: z.number(),
    first_at: time.meta({ description: 'When the first of them died' }),
    last_at: time.meta({ description: 'When the last of them died' }),
    sample_id: uuid.meta({ description: 'The job that died last' }),
    sample_message: z.string().nullable().meta({ description: 'Its message as it was' }),
  })
  .meta({ id: 'DeadGroup' });

const deadGroupsSchema = z.object({
  items: z.array(deadGroupSchema),
  capped: z.boolean().meta({
    description:
      'There is more than this: only the newest 10,000 that match among the newest 100,000 dead letters are grouped, and at most 200 groups are returned. A retry of a group covers all of it',
  }),
});

const groupJson = (group: DeadGroup): z.input<typeof deadGroupSchema> => ({
  type: group.type,
  error_code: group.errorCode,
  error: group.error,
  count: group.count,
  first_at: group.firstAt.toISOString(),
  last_at: group.lastAt.toISOString(),
  sample_id: group.sampleId,
  sample_message: group.sampleMessage,
});

export const deadRoutes = ({ admin }: Pick<JobQueue, 'admin'>): Route[] => [
  route({
    method: 'get',
    path: '/jobs/dead/groups',
    id: 'listDeadGroups',
    tag: 'Jobs',
    summary: 'Dead letters grouped by type, code and kind of error, the largest group first',
    query: z.strictObject({ type: word, queue: word }),
    responses: { 200: { description: 'The groups', schema: deadGroupsSchema } },
    handle: async ({ query }) => {
      const { items, capped } = await admin.deadGroups(given(query));
      return { status: 200, body: { items: items.map(groupJson), capped } };
    },
  }),
];
