// What an answer shows of a job is a list of fields: a column that is added later is not shown by itself.
import { expect, it } from '@jest/globals';
import {
  jobJson,
  jobSchema,
  logJson,
  userJobJson,
  userJobSchema,
} from '../../../../src/routes/resources/jobs/jobs-json.js';
import type { Job } from '../../../../src/scheduler/queue/index.js';

const at = new Date('2026-01-01T00:00:00Z');
const job = {
  ...{ id: '00000000-0000-7000-8000-000000000001', type: 'call', queue: 'default', payload: {}, status: 'dead' },
  ...{ priority: 2, run_at: at, scheduled_for: at, attempt: 1, max_attempts: 5, crashes: 1, timeout_ms: 1_000 },
  ...{ unique_key: null, tenant_id: 'big', workspace_id: 'w1', user_id: 'ann', group_id: null, parent_id: null },
  ...{ open_dependencies: 0, schedule: null, series_id: null, progress: null, progress_note: null, result: null },
  ...{ error_code: 'E', error_message: 'no', error_stack: 'at secret.ts', claimed_by: 'an instance' },
  ...{ created_at: at, started_at: at, completed_at: null, duration_ms: null },
  internal_note: 'nobody was meant to see this',
} as unknown as Job;

it('operators see the fields that the schema names, and no others', () => {
  const shown = jobJson(job);
  expect(Object.keys(shown).sort()).toEqual(Object.keys(jobSchema.shape).sort());
  expect(jobSchema.parse(shown)).toMatchObject({
    error: { code: 'E', message: 'no', stack: 'at secret.ts' },
    crashes: 1,
  });
});

it('users see fewer: no stack, no tenant, no instance', () => {
  const shown = userJobJson(job);
  expect(Object.keys(shown).sort()).toEqual(Object.keys(userJobSchema.shape).sort());
  expect(JSON.stringify(shown)).not.toMatch(/secret|instance|big|nobody|crashes/);
  expect(shown.error).toEqual({ code: 'E', message: 'no' });
});

it('a line of a log is shown by its fields as well', () => {
  const line = { id: '1', level: 'info', message: 'm', data: null, attempt: 1, created_at: at, job_id: 'x' } as const;
  expect(Object.keys(logJson(line)).sort()).toEqual(['attempt', 'created_at', 'data', 'id', 'level', 'message']);
});
