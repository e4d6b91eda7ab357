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
  ...{ priority: 2, runAt: at, scheduledFor: at, attempt: 1, maxAttempts: 5, crashes: 1, timeoutMs: 1_000 },
  ...{ uniqueKey: null, tenantId: 'big', workspaceId: 'w1', userId: 'ann', groupId: null, parentId: null },
  ...{ openDependencies: 0, schedule: null, seriesId: null, progress: null, progressNote: null, result: null },
  ...{ errorCode: 'E', errorMessage: 'no', errorStack: 'at secret.ts', claimedBy: 'an instance' },
  ...{ createdAt: at, startedAt: at, completedAt: null, durationMs: null },
  internalNote: 'nobody was meant to see this',
} as unknown as Job;

it('operators see the fields that the schema names, and no others', () => {
  const shown = jobJson(job, (value) => value);
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
  const line = { id: '1', level: 'info', message: 'm', data: null, attempt: 1, createdAt: at, job_id: 'x' } as const;
  expect(Object.keys(logJson(line, (value) => value)).sort()).toEqual([
    'attempt',
    'created_at',
    'data',
    'id',
    'level',
    'message',
  ]);
});
