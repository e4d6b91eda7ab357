// Notifications as a module: mail, SMS and WhatsApp that are stored in the caller's transaction and sent by jobs.
import { defineModule, type ModuleDefinition } from '../../scheduler/public.js';
import { createReception, type Reception } from './create-reception.js';
import { NOTIFICATION_ERRORS } from './errors.js';
import { DEFAULTS, type NotificationsOptions } from './options.js';
import { eventRoutes } from './routes/event-routes.js';
import { recipientRoutes } from './routes/recipient-routes.js';
import { suppressionRoutes } from './routes/suppression-routes.js';
import { unsubscribeRoutes } from './routes/unsubscribe-routes.js';
import { notificationJobView } from './status/user-view.js';

/** Add it to `createScheduler({ modules })`. */
export function notifications(options: NotificationsOptions): ModuleDefinition<Reception> {
  const { keepDays = DEFAULTS.keepDays } = options;
  return defineModule({
    name: 'notifications',
    description: 'Mail, SMS and WhatsApp: stored with your data, sent by jobs',
    migrations: new URL('./db/migrations/', import.meta.url),
    adopts: { host_recipients: 'recipients' },
    errors: NOTIFICATION_ERRORS,
    create: (host) => createReception(host, options),
    userRoutes: (host) => recipientRoutes(host),
    publicRoutes: (host, { unsubscribing, receive }) => [
      ...unsubscribeRoutes(unsubscribing),
      ...eventRoutes(host, receive),
    ],
    adminRoutes: (host) => suppressionRoutes(host),
    userJobs: ({ db, clock }) => notificationJobView({ db, now: () => clock.now(), breaker: () => 'closed' }),
    stop: (_host, reception) => reception.close(),
    retention: [
      // what is scheduled for a later time is not old, however long ago it was asked for
      { table: 'notifications', column: 'scheduled_for', keepDays },
      { table: 'notification_batches', column: 'scheduled_for', keepDays },
      { table: 'notification_events', column: 'received_at', keepDays },
    ],
  });
}
