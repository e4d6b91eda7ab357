// The door of the subscriptions folder: what compose puts together.
export { createMaintenanceProcess, type MaintenanceDeps } from './maintenance.js';
export { processByHandler, processByWorker } from './processor.js';
export type { HandlerOptions, OccurrenceContext, OccurrenceHandler, Processor } from './processor.js';
export type { SettledEvent, SettledListener } from './settle-report.js';
export { createScheduleBook, type ScheduleBook, type ScheduleBookOptions } from './stored-schedule.js';
export {
  createSubscriptionSource,
  type SubscriptionSource,
  type SubscriptionSourceDeps,
} from './subscription-source.js';
export { createSubscriptionsApi, type SubscriptionsApiDeps } from './create-subscriptions-api.js';
export { createSubscriptionsProcess, type SubscriptionsProcessDeps } from './subscriptions-process.js';
export { createTimezoneUpdate, type TimezoneUpdate, type TimezoneUpdateDeps } from './timezone-update.js';
export * from './subscriptions-api.js';
