// Notifications as a module: mail, SMS and WhatsApp that are stored in the caller's transaction and sent by jobs.
import { checkOptions } from '../../base/options/check-options.js';
import type { Notifier } from '../../clients/notifier.js';
import { defineModule, type ModuleDefinition, type ModuleHost } from '../../scheduler/public.js';
import { createNotifications, type Notifications } from './create-notifications.js';
import { createReception, type Reception } from './create-reception.js';
import { NOTIFICATION_ERRORS } from './errors.js';
import { DEFAULTS, NOTIFICATION_RULES, type NotificationsOptions } from './options.js';
import { decideSending } from './recipients/decide-sending.js';
import { eventRoutes } from './routes/event-routes.js';
import { healthRoutes } from './routes/health-routes.js';
import { previewRoutes } from './routes/preview-routes.js';
import { recipientRoutes } from './routes/recipient-routes.js';
import { sendRoutes } from './routes/send-routes.js';
import { suppressionRoutes } from './routes/suppression-routes.js';
import { transportRoutes } from './routes/transport-routes.js';
import { unsubscribeRoutes } from './routes/unsubscribe-routes.js';
import { createMetricsLog } from './status/delivery-meter.js';
import { addMetrics } from './status/metrics.js';
import { createQueueHealth, healthPart, type AskHealth } from './status/queue-health.js';
import { worstBreaker } from './status/worst-breaker.js';
import { notificationJobView } from './status/user-view.js';
import { logRoutes } from './routes/log-routes.js';
import { NOTIFICATION_PAGES } from './routes/notification-pages.js';

/** What `scheduler.module(…)` returns. */
export interface NotificationsApi {
  readonly notifier: Notifier;
}

export interface NotificationsState extends Notifications {
  readonly reception: Reception;
  /** Counts over all instances; the breakers are this instance's. */
  readonly queueHealth: AskHealth;
  readonly metricsLog: { start(): void; stop(): void };
}

function createState(host: ModuleHost, options: NotificationsOptions): NotificationsState {
  const { backlogWarn = DEFAULTS.backlogWarn, failedWarn = DEFAULTS.failedWarn, logMetricsEveryS = null } = options;
  const parts = createNotifications(host, options, decideSending);
  const queueHealth = createQueueHealth(host, parts.transports, { backlogWarn, failedWarn });
  const deps = { meter: parts.meter, ask: queueHealth };
  return {
    ...parts,
    queueHealth,
    reception: createReception(host, options),
    metricsLog: logMetricsEveryS === null ? SILENT : createMetricsLog(host, { ...deps, everyS: logMetricsEveryS }),
  };
}

const SILENT = { start: () => {}, stop: () => {} };

/** Add it to `createScheduler({ modules })`. Other modules get its API by `host.use<Notifier>('notifications')`. Throws INVALID_CONFIG. */
export function notifications(options: NotificationsOptions): ModuleDefinition<NotificationsApi> {
  checkOptions('INVALID_CONFIG', 'notifications', options, NOTIFICATION_RULES);
  const { keepDays = DEFAULTS.keepDays } = options;
  return defineModule<NotificationsState>({
    name: 'notifications',
    description: 'Mail, SMS and WhatsApp: stored with your data, sent by jobs',
    migrations: new URL('./db/migrations/', import.meta.url),
    functions: new URL('./db/functions/', import.meta.url),
    adopts: { host_recipients: 'recipients' },
    errors: NOTIFICATION_ERRORS,
    retention: [
      // a notification that is scheduled for later is not old, however long ago it was requested
      { table: 'notifications', column: 'scheduled_for', keepDays },
      { table: 'notification_batches', column: 'scheduled_for', keepDays },
      { table: 'notification_events', column: 'received_at', keepDays },
    ],
    create: (host) => createState(host, options),
    provides: (_host, { notifier }) => ({ notifications: notifier }),
    jobs: (_host, { jobs }) => jobs,
    jobEnds: (_host, { jobEnds }) => jobEnds,
    userJobs: ({ db, clock }, { transports }) =>
      notificationJobView({ db, now: () => clock.now(), breaker: () => worstBreaker(transports()) }),
    userRoutes: (host, state) => [...sendRoutes(host, state), ...recipientRoutes(host)],
    adminRoutes: (host, state) => [
      ...previewRoutes(state),
      ...transportRoutes({ host, state }),
      ...logRoutes(host),
      ...suppressionRoutes(host),
    ],
    adminPages: NOTIFICATION_PAGES,
    publicRoutes: (host, { reception: { unsubscribing, receive }, queueHealth }) => [
      ...unsubscribeRoutes(unsubscribing),
      ...eventRoutes(host, receive),
      ...healthRoutes(queueHealth),
    ],
    health: async (_host, { queueHealth }) => healthPart(await queueHealth()),
    metrics: (_host, registry, { meter, queueHealth: ask, transports }) =>
      addMetrics(registry, { meter, ask, transports }),
    async start(_host, state) {
      await state.start();
      state.metricsLog.start();
    },
    async stop(_host, state) {
      state.metricsLog.stop();
      await state.reception.close();
      await state.stop();
    },
  });
}
