// The rules for the options of createScheduler. Numbers have the same limits as their environment variables.
import { validate as isCron } from 'node-cron';
import { checkOptions, throwErrors, type RulesOf } from '../../base/options/check-options.js';
import type { NamedKey } from '../../base/secrets/encryption.js';
import type { FieldError } from '../../base/errors.js';
import {
  callback,
  flag,
  having,
  listOf,
  matching,
  milliseconds,
  nonEmpty,
  object,
  options,
  orFalse,
  orNull,
  required,
  rule,
  seconds,
  url,
  wholeNumber,
} from '../../base/options/option-rules.js';
import { zoneRule } from '../../scheduler/schedule/index.js';
import { logger, pool, postgresUrl, schemaName, tableName } from './option-parts.js';
import type { CreateSchedulerOptions, QueueSettings, SubscriptionOptions } from './options.js';

const DAY_S = 86_400;

export const SUBSCRIPTION_RULES: RulesOf<SubscriptionOptions> = {
  table: tableName,
  processingTable: tableName,
  workerUrl: url('http', 'https'),
  workerToken: nonEmpty,
  headers: callback,
  process: callback,
  batchSize: wholeNumber(1, 10_000),
  parallel: wholeNumber(1, 1_000),
  maxParallel: wholeNumber(1, 1_000),
  maxParallelPerTenant: wholeNumber(1, 1_000),
  timeoutMs: milliseconds(1, DAY_S * 1_000),
  maxResponseBytes: wholeNumber(1, 1_073_741_824, 'bytes'),
  maxAttempts: wholeNumber(1, 100),
  retryBaseS: seconds(0, DAY_S),
  suspendAfter: wholeNumber(0, 1_000_000),
  defaultTimezone: zoneRule,
  ledgerDays: wholeNumber(1, 36_500, 'days'),
};

const KEY_RULES: RulesOf<NamedKey> = {
  id: required(matching(/^[\w.-]{1,64}$/, 'a name of up to 64 letters, digits, `_`, `.` and `-`')),
  key: required(rule('a Buffer of 32 bytes', (value) => value instanceof Uint8Array && value.length === 32)),
};

export const QUEUE_RULES: RulesOf<QueueSettings> = {
  worker: flag,
  concurrency: wholeNumber(1, 10_000),
  concurrencyPerTenant: wholeNumber(1, 10_000),
  encryptionKeys: listOf(options(KEY_RULES)),
};

const cron = rule('a cron expression of five or six fields', (value) => typeof value === 'string' && isCron(value));

export const SCHEDULER_RULES: RulesOf<CreateSchedulerOptions> = {
  pool,
  databaseUrl: postgresUrl,
  directUrl: postgresUrl,
  poolMax: wholeNumber(2, 1_000),
  schema: schemaName,
  startTimeoutS: seconds(0, DAY_S),
  migrate: flag,
  logger,
  subscriptions: orFalse(options(SUBSCRIPTION_RULES)),
  processes: listOf(object),
  jobs: listOf(object),
  rows: listOf(object),
  queue: options(QUEUE_RULES),
  modules: listOf(object),
  enabled: flag,
  tick: cron,
  batchCron: orNull(cron),
  heartbeatS: seconds(0.05, 3_600),
  leaseS: seconds(0.1, DAY_S),
  budgetS: seconds(0.001, 60 * DAY_S),
  alertS: seconds(0.001, 60 * DAY_S),
  shutdownGraceS: seconds(0, 60 * DAY_S),
  telemetry: flag,
  clock: having('a clock of punctual/testing', 'now', 'monotonicMs'),
};

function contradictions(given: CreateSchedulerOptions): FieldError[] {
  const { heartbeatS = 2, leaseS = 60, budgetS = 300, alertS = 0, subscriptions } = given;
  const { parallel = 5, maxParallel = Infinity } = subscriptions || {};
  const broken: [boolean, string, string][] = [
    [leaseS <= heartbeatS, 'leaseS', `must be more than heartbeatS, ${heartbeatS}`],
    [alertS > budgetS, 'alertS', `must not be more than budgetS, ${budgetS}`],
    [maxParallel < parallel, 'subscriptions.maxParallel', `must not be less than parallel, ${parallel}`],
  ];
  return broken.filter(([is]) => is).map(([, path, message]) => ({ path, message }));
}

/** Throws INVALID_CONFIG with the path of each option that is invalid or contradicts another. */
export function checkSchedulerOptions(given: CreateSchedulerOptions): void {
  checkOptions('INVALID_CONFIG', 'createScheduler', given, SCHEDULER_RULES);
  throwErrors('INVALID_CONFIG', 'createScheduler', contradictions(given));
}
