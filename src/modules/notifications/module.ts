// Notifications as a module: mail, SMS and WhatsApp that are stored in the caller's transaction and sent by jobs.
import { defineModule, type ModuleDefinition } from '../../scheduler/public.js';
import { createNotifications, type Notifications } from './create-notifications.js';
import { NOTIFICATION_ERRORS } from './errors.js';
import { DEFAULTS, type NotificationsOptions } from './options.js';
import { previewRoutes } from './routes/preview-routes.js';
import { sendRoutes } from './routes/send-routes.js';

/** Add it to `createScheduler({ modules })`. Other modules get its API by `host.use<Notifier>('notifications')`. */
export function notifications(options: NotificationsOptions): ModuleDefinition<Notifications> {
  const { keepDays = DEFAULTS.keepDays } = options;
  return defineModule({
    name: 'notifications',
    description: 'Mail, SMS and WhatsApp: stored with your data, sent by jobs',
    migrations: new URL('./db/migrations/', import.meta.url),
    functions: new URL('./db/functions/', import.meta.url),
    adopts: { host_recipients: 'recipients' },
    errors: NOTIFICATION_ERRORS,
    retention: [
      // what is scheduled for a later time is not old, however long ago it was asked for
      { table: 'notifications', column: 'scheduled_for', keepDays },
      { table: 'notification_batches', column: 'scheduled_for', keepDays },
      { table: 'notification_events', column: 'received_at', keepDays },
    ],
    create: (host) => createNotifications(host, options, () => ({ kind: 'send' })),
    provides: (_host, { notifier }) => ({ notifications: notifier }),
    jobs: (_host, { jobs }) => jobs,
    jobEnds: (_host, { jobEnds }) => jobEnds,
    userRoutes: (host, state) => sendRoutes(host, state),
    adminRoutes: (_host, state) => previewRoutes(state),
    start: (_host, state) => state.start(),
    stop: (_host, state) => state.stop(),
  });
}
