// The job types that this process knows, with a JSON Schema of each payload: what a form for a new job needs.
import { z } from 'zod';
import { JOB_DEFAULTS, type AnyJob, type JobQueue } from '../../../scheduler/queue/index.js';
import { pageOf, wholeJson } from '../../kit/json.js';
import { route, type Route } from '../../kit/route.js';

const jobTypeSchema = z
  .object({
    type: z.string(),
    queue: z.string(),
    description: z.string().nullable(),
    priority: z.string(),
    max_attempts: z.number(),
    timeout_s: z.number(),
    concurrency: z.number().nullable().meta({ description: 'Jobs at once per instance; null: no limit of its own' }),
    schema: z.record(z.string(), z.unknown()).nullable().meta({
      description: 'JSON Schema (2020-12) of the payload as it is given; null if the schema has no such form',
    }),
  })
  .meta({ id: 'JobType' });

type JobTypeJson = z.input<typeof jobTypeSchema>;

/** A schema may hold what JSON Schema cannot say, or come from another version of zod: the type is listed without it. */
function payloadSchemaOf({ schema }: AnyJob): JobTypeJson['schema'] {
  try {
    return { ...z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }) };
  } catch {
    return null;
  }
}

const jobTypeJson = (job: AnyJob): JobTypeJson => ({
  type: job.type,
  queue: job.queue ?? JOB_DEFAULTS.queue,
  description: job.description ?? null,
  priority: job.priority ?? JOB_DEFAULTS.priority,
  max_attempts: job.retry?.maxAttempts ?? JOB_DEFAULTS.maxAttempts,
  timeout_s: (job.timeoutMs ?? JOB_DEFAULTS.timeoutMs) / 1_000,
  concurrency: job.concurrency ?? null,
  schema: payloadSchemaOf(job),
});

export const typeRoutes = ({ types }: Pick<JobQueue, 'types'>): Route[] => [
  route({
    method: 'get',
    path: '/jobs/types',
    id: 'listJobTypes',
    tag: 'Jobs',
    summary: 'The job types that this process knows, by name, with the JSON Schema of their payload',
    query: z.strictObject({}),
    responses: { 200: { description: 'All of them', schema: pageOf(jobTypeSchema) } },
    handle: () => {
      const items = types().map(jobTypeJson);
      items.sort((a, b) => (a.type < b.type ? -1 : 1));
      return Promise.resolve({ status: 200, body: wholeJson(items) });
    },
  }),
];
