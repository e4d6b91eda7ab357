// The exports of the subscriptions folder.
export { createMaintenanceProcess, type MaintenanceDeps } from './maintenance.js';
export { processByHandler, processByWorker } from './run/processor.js';
export type { HandlerOptions, OccurrenceContext, OccurrenceHandler, Processor } from './run/processor.js';
export type { SettledEvent, SettledListener } from './run/settle-report.js';
export { createScheduleBook, type ScheduleBook, type ScheduleBookOptions } from './schedules/stored-schedule.js';
export {
  createSubscriptionSource,
  type OccurrenceTimes,
  type SubscriptionSource,
  type SubscriptionSourceDeps,
} from './run/subscription-source.js';
export { createSubscriptionsApi, type SubscriptionsApiDeps } from './api/create-subscriptions-api.js';
export { createSubscriptionsProcess, type SubscriptionsProcessDeps } from './run/subscriptions-process.js';
export { createTimezoneUpdate, type TimezoneUpdateDeps } from './schedules/timezone-update.js';
export * from './api/subscriptions-api.js';
