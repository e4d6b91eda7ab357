// `punctual/webhooks`: tells other systems, over signed HTTP calls, how jobs ended.
export { webhooks, type WebhooksOptions } from './module.js';
export type { NewWebhook, WebhookDelivery, WebhookEndpoint, Webhooks } from './create-webhooks.js';
export type { WebhookEvent } from './endpoint-book.js';
