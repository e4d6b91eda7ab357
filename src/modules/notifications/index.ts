// `punctual/notifications`: mail, SMS and WhatsApp that never block a request.
export { notifications, type NotificationsApi } from './module.js';
export { smtp } from '../../clients/mail/smtp.js';
export { mailFiles } from '../../clients/mail/mail-files.js';
export { gateway, type GatewayOptions } from '../../clients/messages/gateway.js';
export type { EventProvider, NotificationsOptions } from './options.js';
export type {
  MailAddress,
  OutgoingMessage,
  Transport,
  TransportOutcome,
  TransportSettings,
} from '../../clients/mail/transport.js';
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
  RenderedNotification,
  SchemaIssue,
  SchemaResult,
  StoredNotification,
  TemplateData,
  TemplateSchema,
} from '../../clients/notifier.js';
