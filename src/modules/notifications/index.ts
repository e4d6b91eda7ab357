// `punctual/notifications`: mail, SMS and WhatsApp that never block a request.
export { notifications } from './module.js';
export type { EventProvider, NotificationsOptions } from './options.js';
export type { MailAddress, OutgoingMessage, Transport, TransportOutcome } from '../../clients/mail/transport.js';
export type { DkimOptions, SmtpOptions } from '../../clients/mail/smtp-options.js';
export type {
  Addressee,
  DeliveryMethod,
  NotificationInput,
  NotificationPriority,
  NotificationTemplate,
  Notifier,
  NotifierDb,
  NotifyOptions,
  PendingNotification,
  PrepareTemplateData,
  SchemaIssue,
  SchemaResult,
  StoredNotification,
  TemplateData,
  TemplateSchema,
} from '../../clients/notifier.js';
