// The public exports of the package. Routes are in `punctual/express`, test helpers in `punctual/testing`.
export {
  createScheduler,
  type CreateSchedulerOptions,
  type QueueSettings,
  type Scheduler,
  type SubscriptionScheduler,
  type SubscriptionOptions,
} from './compose/create-scheduler.js';
export {
  migrate,
  migrationSql,
  migrationStatus,
  type MigrateOptions,
  type MigrateResult,
  type WhatIsUsed,
  type SetStatus,
} from './compose/database/migrate.js';
export * from './scheduler/public.js';
export type { AdminScheduler, ConcurrencyStatus, PoolStatus } from './routes/scheduler-port.js';
export type { ManualClock } from './scheduler/testing/index.js';
export type { TableNames } from './db/subscriptions/adoption/find-tables.js';
export type { OccurrenceCall } from './clients/subscription-worker/attempt.js';
export type { OccurrenceContext, OccurrenceHandler } from './subscriptions/index.js';
export type * from './subscriptions/api/subscriptions-api.js';
