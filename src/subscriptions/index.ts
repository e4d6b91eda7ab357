// The exports of the subscriptions folder.
export { createMaintenanceProcess } from './maintenance.js';
export { processByHandler, processByWorker } from './run/processor.js';
export type { OccurrenceContext, OccurrenceHandler, Processor } from './run/processor.js';
export type { SettledEvent } from './run/settle-report.js';
export { createScheduleBook } from './schedules/stored-schedule.js';
export { createSubscriptionSource, type OccurrenceTimes, type SubscriptionSource } from './run/subscription-source.js';
export { createSubscriptionsApi } from './api/create-subscriptions-api.js';
export { createSubscriptionsProcess } from './run/subscriptions-process.js';
export { createTimezoneUpdate } from './schedules/timezone-update.js';
export * from './api/subscriptions-api.js';
