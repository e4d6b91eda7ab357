// Everything under /admin, one line for each resource; modules add their own.
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from './telemetry/metrics.js';
import { keyRoutes } from './resources/jobs/jobs-keys.js';
import { queueRoutes } from './resources/jobs/jobs-queues.js';
import { jobRoutes } from './resources/jobs/jobs.js';
import { eventRoutes } from './resources/live/events.js';
import { metricsRoutes } from './resources/metrics.js';
import { processSubscriptionsRoutes } from './resources/subscriptions/process-subscriptions.js';
import { processRoutes } from './resources/runs/processes.js';
import { recordRoutes } from './resources/records.js';
import { retryRoutes } from './resources/retry.js';
import { runRoutes } from './resources/runs/runs.js';
import { searchRoutes } from './resources/search.js';
import { rowScheduleRoutes } from './resources/row-schedules.js';
import { scheduleCalendarRoutes } from './resources/schedules/schedule-calendar.js';
import { scheduleRoutes } from './resources/schedules/schedules.js';
import { statusRoutes } from './resources/status.js';
import { forecastRoutes } from './resources/subscriptions/forecast.js';
import { subscriptionBulkRoutes } from './resources/subscriptions/subscriptions-bulk.js';
import { subscriptionLookRoutes } from './resources/subscriptions/subscription-look.js';
import { subscriptionRoutes } from './resources/subscriptions/subscriptions.js';
import type { Route } from './kit/route.js';
import type { AdminScheduler } from './scheduler-port.js';

/** The dependencies of a resource. */
export interface AdminDeps {
  readonly scheduler: AdminScheduler;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

const resources: readonly ((deps: AdminDeps) => readonly Route[])[] = [
  statusRoutes,
  searchRoutes,
  eventRoutes,
  processSubscriptionsRoutes,
  processRoutes,
  runRoutes,
  scheduleRoutes,
  scheduleCalendarRoutes,
  subscriptionBulkRoutes,
  forecastRoutes,
  subscriptionRoutes,
  subscriptionLookRoutes,
  retryRoutes,
  rowScheduleRoutes,
  recordRoutes,
  jobRoutes,
  queueRoutes,
  ({ scheduler }) => scheduler.modules?.adminRoutes() ?? [],
  keyRoutes,
  metricsRoutes,
];

/** Every admin route, for the router and for the OpenAPI document. */
export const adminResources = (deps: AdminDeps): Route[] => resources.flatMap((resource) => resource(deps));
