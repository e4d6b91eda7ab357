// Notifications as a module: mail, SMS and WhatsApp that are stored in the caller's transaction and sent by jobs.
import { defineModule, type ModuleDefinition } from '../../scheduler/public.js';
import { NOTIFICATION_ERRORS } from './errors.js';
import { DEFAULTS, type NotificationsOptions } from './options.js';

/** Add it to `createScheduler({ modules })`. */
export function notifications(options: NotificationsOptions): ModuleDefinition<undefined> {
  const { keepDays = DEFAULTS.keepDays } = options;
  return defineModule({
    name: 'notifications',
    description: 'Mail, SMS and WhatsApp: stored with your data, sent by jobs',
    migrations: new URL('./db/migrations/', import.meta.url),
    adopts: { host_recipients: 'recipients' },
    errors: NOTIFICATION_ERRORS,
    retention: [
      // what is scheduled for a later time is not old, however long ago it was asked for
      { table: 'notifications', column: 'scheduled_for', keepDays },
      { table: 'notification_batches', column: 'scheduled_for', keepDays },
      { table: 'notification_events', column: 'received_at', keepDays },
    ],
  });
}
