// Every option of the functions that a host calls first is checked when they are called, and refused by its path.
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { z } from 'zod';
import type { SchedulerError } from '../../../src/base/errors.js';
import { createScheduler } from '../../../src/compose/create-scheduler.js';
import { migrationSql } from '../../../src/compose/database/migrate.js';
import { QUEUE_RULES, SCHEDULER_RULES, SUBSCRIPTION_RULES } from '../../../src/compose/options/option-rules.js';
import { enrichment } from '../../../src/modules/enrichment/index.js';
import { webhooks } from '../../../src/modules/webhooks/index.js';
import { adminRoutes, createJobsApi, createModulesApi, jwtUsers } from '../../../src/routes/index.js';
import { defineJob, defineModule, defineProcess } from '../../../src/scheduler/public.js';
import { createFakeScheduler } from '../../routes/fake-scheduler.js';
import { misspelled, ODD_VALUES } from '../../support/odd-values.js';

const base = { databaseUrl: 'postgres://127.0.0.1:1/none', subscriptions: { process: async () => {} } };
const scheduler = createFakeScheduler();
const job = { type: 'a', schema: z.object({}), run: () => {} };
const process = { name: 'a', run: async () => {} };
const users = { authenticateUser: () => null };

/** Each public function, with options that it takes. */
const FUNCTIONS: Readonly<Record<string, readonly [(options: object) => unknown, object]>> = {
  createScheduler: [(given) => createScheduler(given as never), base],
  'createScheduler: subscriptions': [(given) => createScheduler({ ...base, subscriptions: given }), base.subscriptions],
  'createScheduler: queue': [(given) => createScheduler({ ...base, queue: given }), {}],
  defineJob: [(given) => defineJob(given as never), job],
  'defineJob: retry': [(given) => defineJob({ ...job, retry: given }), {}],
  'defineJob: rateLimit': [(given) => defineJob({ ...job, rateLimit: given as never }), { max: 1, perMs: 1 }],
  defineProcess: [(given) => defineProcess(given as never), process],
  defineModule: [(given) => defineModule(given as never), { name: 'a' }],
  webhooks: [webhooks, {}],
  enrichment: [enrichment, {}],
  adminRoutes: [(given) => express().use(adminRoutes(scheduler, given)), { authenticate: () => null }],
  createJobsApi: [
    (given) => createJobsApi(scheduler, given as never),
    { ...users, environment: 'test', workerTokens: [] },
  ],
  createModulesApi: [(given) => createModulesApi(scheduler, given as never), users],
  jwtUsers: [jwtUsers, {}],
};

function refusal(act: () => unknown): SchedulerError | null {
  try {
    act();
    return null;
  } catch (error) {
    return error as SchedulerError;
  }
}

const pathsOf = (error: SchedulerError | null): string[] => (error?.details.errors ?? []).map(({ path }) => path);

describe.each(Object.entries(FUNCTIONS))('%s', (_name, [call, right]) => {
  it('takes what is right', () => {
    expect(refusal(() => call(right))).toBeNull();
  });

  it('refuses options that nobody has', () => {
    for (const option of ['frobnicate', ...Object.keys(right).flatMap(misspelled)]) {
      const error = refusal(() => call({ ...right, [option]: 1 }));
      expect(error).toMatchObject({ code: 'INVALID_CONFIG' });
      expect(pathsOf(error).join()).toContain(option);
    }
  });

  it.each(Object.entries(ODD_VALUES))('refuses %s in place of its options', (name, odd) => {
    const error = refusal(() => call(odd as object));
    if (error !== null) expect(error.code).toBe('INVALID_CONFIG');
    else expect(name).toMatch(/^an object( without a prototype)?$/);
  });
});

const numeric = (rules: object): string[] =>
  Object.entries(rules)
    .filter(([, { allows }]: [string, { allows: string }]) => allows.includes('number'))
    .map(([name]) => name);

describe('numbers of createScheduler', () => {
  const places: [string, string[], (option: object) => object][] = [
    ['', numeric(SCHEDULER_RULES), (option) => option],
    ['queue.', numeric(QUEUE_RULES), (option) => ({ queue: option })],
    [
      'subscriptions.',
      numeric(SUBSCRIPTION_RULES),
      (option) => ({ subscriptions: { ...base.subscriptions, ...option } }),
    ],
  ];

  it.each(places.flatMap(([prefix, names, place]) => names.map((name) => [`${prefix}${name}`, name, place] as const)))(
    '%s is neither endless nor negative, nor anything but a number',
    (path, name, place) => {
      for (const odd of [NaN, Infinity, -Infinity, -1, 1e300, '5', null, true, 5n, {}]) {
        const error = refusal(() => createScheduler({ ...base, ...place({ [name]: odd }) }));
        expect({ odd, code: error?.code, paths: pathsOf(error) }).toEqual({
          odd,
          code: 'INVALID_CONFIG',
          paths: [path],
        });
      }
    },
  );
});

describe('what options say', () => {
  const refused: [string, () => unknown, string, string][] = [
    [
      '25 days for one call',
      () => subscriptions({ timeoutMs: 25 * 86_400_000 }),
      'subscriptions.timeoutMs',
      '86,400,000',
    ],
    ['a budget without end', () => scheduled({ budgetS: Infinity }), 'budgetS', 'seconds'],
    ['a grace without end', () => scheduled({ shutdownGraceS: Infinity }), 'shutdownGraceS', 'seconds'],
    [
      'a zone that is none',
      () => subscriptions({ defaultTimezone: 'Europe/Berlim' }),
      'subscriptions.defaultTimezone',
      'did you mean Europe/Berlin',
    ],
    [
      'an alert after the budget',
      () => scheduled({ budgetS: 10, alertS: 11 }),
      'alertS',
      'not be more than budgetS, 10',
    ],
    ['a lease as short as the heartbeat', () => scheduled({ leaseS: 2 }), 'leaseS', 'more than heartbeatS, 2'],
    [
      'a short key',
      () => scheduled({ queue: { encryptionKeys: [{ id: 'a', key: Buffer.alloc(16) }] } }),
      'queue.encryptionKeys.0.key',
      '32 bytes',
    ],
    [
      'a table of retries with holes',
      () => defineJob({ ...job, retry: { tableS: [0, NaN] } }),
      'retry.tableS.1',
      'not NaN',
    ],
    [
      'a wait of 30 million years',
      () => defineJob({ ...job, retry: { tableS: [0, 1e15] } }),
      'retry.tableS.1',
      'seconds',
    ],
    ['a time-out that no column takes', () => defineJob({ ...job, timeoutMs: 1e12 }), 'timeoutMs', '2,147,483,647'],
    [
      'a call of the worker without end',
      () => createJobsApi(scheduler, { ...users, environment: 'test', workerTokens: [], budgetMs: Infinity }),
      'budgetMs',
      'milliseconds',
    ],
    [
      'a token without a name',
      () => adminRoutes(scheduler, { tokens: [{ token: 'x'.repeat(20) } as never] }),
      'tokens.0.name',
      'is needed',
    ],
  ];
  const scheduled = (more: object) => createScheduler({ ...base, ...more });
  const subscriptions = (more: object) => scheduled({ subscriptions: { ...base.subscriptions, ...more } });

  it.each(refused)('%s is refused', (_what, act, path, message) => {
    const error = refusal(act);
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', details: { errors: [{ path }] } });
    expect(error?.message).toContain(message);
  });

  it('a schedule in a zone that does not exist is refused where the process is defined', () => {
    const schedule = { frequency: 'daily', timezone: 'Mars/Olympus' } as const;
    expect(() => defineProcess({ ...process, schedule })).toThrow(
      expect.objectContaining({
        code: 'INVALID_SCHEDULE',
        message: expect.stringContaining('process "a"') as never,
      }),
    );
  });

  it('a list of migrations checks its options too, and rejects', async () => {
    await expect(migrationSql({ conectionString: 'x' } as never)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      details: { errors: [{ path: 'conectionString', message: 'is not an option: did you mean connectionString?' }] },
    });
  });
});
