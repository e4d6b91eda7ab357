// How the engine itself shows jobs to the application's users: those of every type that no module shows in its own way.
import { z } from 'zod';
import { snakeKeys } from '../../../base/snake-case.js';
import type { UserJobEntry, UserJobFilter, UserJobView } from '../../../scheduler/contracts/user-jobs.js';
import type { Job, JobFilter, SortedJob, UserJobs } from '../../../scheduler/queue/index.js';
import { showAll } from '../../access/payloads.js';
import { given } from '../../kit/json.js';
import { JOB_STATUSES, jobJson, jobSchema, logJson, logSchema } from './jobs-json.js';

/** A user sees what became of a job, not where in our code it failed, nor who works on it. */
export const userJobSchema = jobSchema
  .omit({ claimed_by: true, crashes: true, tenant_id: true })
  .extend({ error: z.object({ code: z.string(), message: z.string() }).nullable() })
  .meta({ id: 'UserJob' });

export const userJobJson = (job: Job): z.input<typeof userJobSchema> => {
  const { claimed_by: _c, crashes: _n, tenant_id: _t, error, ...rest } = jobJson(job, showAll);
  return { ...rest, error: error && { code: error.code, message: error.message } };
};

const detail = z.object({ job: userJobSchema, recipient: z.unknown(), delivery_logs: z.array(logSchema) });

/** Three of the filters are fields of the payload. Null: no job of the engine's can have such a status. */
function toJobFilter({ status, type, groupId, ...payload }: UserJobFilter): JobFilter | null {
  const known = status?.filter((one) => (JOB_STATUSES as readonly string[]).includes(one));
  if (known?.length === 0) return null;
  const fields = snakeKeys(payload);
  return given({
    ...{ status: known, type, groupId },
    payload: Object.keys(fields).length === 0 ? undefined : fields,
  });
}

const recipientOf = ({ payload }: Job): unknown => {
  const { recipient, to } = (payload ?? {}) as { recipient?: unknown; to?: unknown };
  return recipient ?? to ?? null;
};

const entryOf = ({ sortKey, ...job }: SortedJob): UserJobEntry => ({
  id: job.id,
  key: sortKey,
  job: userJobJson(job),
});

const SHOWN_LOGS = 200;

/** `withoutTypes` are shown by modules. */
export const engineJobView = (users: UserJobs, withoutTypes: readonly string[]): UserJobView => ({
  types: [],
  schemas: { job: userJobSchema, detail },
  async list(scope, { filter, ...page }) {
    const wanted = toJobFilter(filter);
    if (wanted === null) return { items: [], edge: null, truncated: false };
    const { rows, ...rest } = await users.listSorted(scope, wanted, { ...page, withoutTypes });
    return { items: rows.map(entryOf), ...rest };
  },
  async get(scope, id) {
    const job = await users.get(scope, id);
    const logs = await users.logs(scope, id, { limit: SHOWN_LOGS });
    const body = {
      job: userJobJson(job),
      recipient: recipientOf(job),
      delivery_logs: logs.items.map((line) => logJson(line, showAll)),
    };
    return { status: job.status, body };
  },
  async count(scope, hours) {
    const { recentFailures, ...counts } = await users.metrics(scope, hours, withoutTypes);
    return { ...counts, recentFailures: recentFailures.map(entryOf) };
  },
});
