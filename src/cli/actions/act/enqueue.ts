// What `punctual enqueue` does: one job of a type that the server knows.
import { snakeKeys } from '../../../base/snake-case.js';
import type { JobAnswer } from '../../api/answers.js';
import type { CommonOptions, Io } from '../../io.js';

export async function enqueue(io: Io, type: string, payload: unknown, options: CommonOptions): Promise<void> {
  const { json: _json, url: _url, ...rest } = options;
  const job = await io.api().post<JobAnswer>('/jobs', { type, payload: payload ?? {}, ...snakeKeys(rest) });
  io.show(job, () => [`job ${job.id} is ${job.status}; to see it: punctual jobs ${job.id}`]);
}
