// The end of a job is the end of its occurrence: it is written to the ledger in the same transaction.
import { noteJobEnds } from '../../../db/rows/queries/note-ends.js';
import type { JobEndListener } from '../../queue/index.js';
import type { RowScheduleAtWork } from '../row-schedule.js';
import { jobTypeOf } from './row-job.js';

export function createRowJobEnds(schedules: readonly RowScheduleAtWork[]): JobEndListener {
  const byType = new Map(schedules.map((schedule) => [jobTypeOf(schedule.definition.name), schedule]));
  return {
    watches: ({ type }) => byType.has(type),
    onEnd: async (tx, ended) => {
      for (const [type, { definition, statements, settings, now }] of byType) {
        const ids = ended.filter((job) => job.type === type).map(({ id }) => id);
        if (ids.length === 0) continue;
        const { suspendAfter } = settings;
        await noteJobEnds(tx, statements(), ids, { schedule: definition.name, suspendAfter, now: now() });
      }
    },
  };
}
