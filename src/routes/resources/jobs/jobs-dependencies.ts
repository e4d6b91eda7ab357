// What a job waits for and what waits for it, as a graph.
import { z } from 'zod';
import type { JobGraph, JobQueue } from '../../../scheduler/queue/index.js';
import { isoOrNull, maybeTime, time, uuid } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';
import { JOB_STATUSES } from './jobs-json.js';

const nodeSchema = z
  .object({
    id: uuid,
    type: z.string(),
    status: z.enum(JOB_STATUSES),
    key: z.string().nullable().meta({ description: 'Its unique key' }),
    created_at: time,
    completed_at: maybeTime,
    error_code: z.string().nullable(),
  })
  .meta({ id: 'JobNode' });

const edgeSchema = z
  .object({
    from: uuid.meta({ description: 'The job that is waited for' }),
    to: uuid.meta({ description: 'The job that waits for it' }),
    child: z.boolean().meta({ description: '`from` is a child of `to`' }),
    ended_as: z
      .enum(['completed', 'dead', 'cancelled'])
      .nullable()
      .meta({ description: 'How `from` ended; null while `to` waits for it' }),
  })
  .meta({ id: 'JobEdge' });

const graphSchema = z.object({
  nodes: z.array(nodeSchema).meta({ description: 'The job itself first, then the nearest' }),
  edges: z.array(edgeSchema).meta({ description: 'Between these nodes' }),
  truncated: z.boolean().meta({ description: 'There are more than these 200 jobs' }),
});

const graphJson = ({ nodes, edges, truncated }: JobGraph): z.input<typeof graphSchema> => ({
  nodes: nodes.map(({ id, type, status, key, createdAt, completedAt, errorCode }) => ({
    ...{ id, type, status, key },
    created_at: createdAt.toISOString(),
    completed_at: isoOrNull(completedAt),
    error_code: errorCode,
  })),
  edges: edges.map(({ from, to, child, endedAs }) => ({ from, to, child, ended_as: endedAs })),
  truncated,
});

export const dependencyRoutes = ({ admin }: Pick<JobQueue, 'admin'>): Route[] => [
  route({
    method: 'get',
    path: '/jobs/:id/dependencies',
    id: 'listJobDependencies',
    tag: 'Jobs',
    summary: 'All jobs that this one waits for or that wait for it, directly or not; at most 200, the nearest first',
    params: z.strictObject({ id: uuid }),
    responses: { 200: { description: 'The graph', schema: graphSchema } },
    handle: async ({ params }) => ({ status: 200, body: graphJson(await admin.dependencies(params.id)) }),
  }),
];
