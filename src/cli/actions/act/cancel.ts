// What `punctual cancel` does.
import type { JobAnswer, RunAnswer } from '../../api/answers.js';
import type { CommonOptions, Io } from '../../io.js';

export async function cancelRun(io: Io, id: string, _options: CommonOptions): Promise<void> {
  const run = await io.api().post<RunAnswer>(`/runs/${encodeURIComponent(id)}/cancel`);
  io.show(run, () => [`run ${run.id} stops within a few seconds; work that has started is settled`]);
}

export async function cancelJob(io: Io, id: string, { reason }: CommonOptions & { reason?: string }): Promise<void> {
  const body = reason === undefined ? {} : { reason };
  const job = await io.api().post<JobAnswer>(`/jobs/${encodeURIComponent(id)}/cancel`, body);
  io.show(job, () => [`job ${job.id} is ${job.status}`]);
}
