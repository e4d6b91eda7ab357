// What `punctual retry` does: retries a job, several jobs, what failed in a run, or occurrences that died.
import { snakeKeys } from '../../../base/snake-case.js';
import type { JobAnswer } from '../../api/answers.js';
import { failure } from '../../kit/failure.js';
import type { CommonOptions, Io } from '../../io.js';
import { bulk } from './bulk.js';
import { trigger } from './trigger.js';

export async function retryJobs(io: Io, ids: readonly string[], options: CommonOptions): Promise<void> {
  const { json: _json, url: _url, ...filters } = options;
  const body = snakeKeys(filters);
  const conditions = Object.keys(body).filter((name) => name !== 'dry_run');
  if (ids.length + conditions.length === 0)
    throw failure('WRONG_USAGE', 'give the ids of jobs, or at least one filter');
  if (ids.length === 1 && Object.keys(body).length === 0) return retryJob(io, ids[0]!);
  return bulk(io, '/jobs/retry', { ...body, ...(ids.length > 0 ? { ids } : {}) }, 'job', 'put back');
}

async function retryJob(io: Io, id: string): Promise<void> {
  const job = await io.api().post<JobAnswer>(`/jobs/${encodeURIComponent(id)}/retry`);
  io.show(job, () => [`job ${job.id} is ${job.status} again; to see it: punctual jobs ${job.id}`]);
}

interface RunOptions extends CommonOptions {
  readonly wait: boolean;
  readonly dryRun?: boolean;
}

export function retryRun(io: Io, id: string, options: RunOptions): Promise<number> {
  const { json: _json, url: _url, wait, ...filters } = options;
  const patience = { wait, dryRun: options.dryRun };
  return trigger(io, `/runs/${encodeURIComponent(id)}/retry-failed`, snakeKeys(filters), patience);
}

export function retrySubscriptions(io: Io, ids: readonly string[], options: RunOptions): Promise<number> {
  const { json: _json, url: _url, wait, ...filters } = options;
  const body = { ...snakeKeys(filters), ...(ids.length > 0 ? { subscription_ids: ids } : {}) };
  return trigger(io, '/subscriptions/retry', body, { wait, dryRun: options.dryRun });
}
