// Groups dead jobs by type and kind of error. Pure.
import type { Job } from '../../components/job-table.js';

export interface DeadGroup {
  readonly type: string;
  readonly code: string;
  /** That of the newest job. */
  readonly message: string;
  readonly jobs: readonly Job[];
}

/** The largest group first. */
export function groupDead(jobs: readonly Job[]): readonly DeadGroup[] {
  const groups = new Map<string, Job[]>();
  for (const job of jobs) {
    const key = JSON.stringify([job.type, job.error?.code ?? 'UNKNOWN']);
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  return [...groups.values()]
    .flatMap((jobs) => {
      const [newest] = jobs;
      if (!newest) return [];
      return [
        {
          type: newest.type,
          code: newest.error?.code ?? 'UNKNOWN',
          message: newest.error?.message ?? 'no error is on record',
          jobs,
        },
      ];
    })
    .sort((a, b) => b.jobs.length - a.jobs.length);
}
