// `punctual/webhooks`: tells other systems, over signed HTTP calls, how jobs ended.
export { webhooks, type WebhooksOptions } from './module.js';
export type { NewWebhook, WebhookDelivery, WebhookEndpoint, WebhookPatch, Webhooks } from './create-webhooks.js';
export { WEBHOOK_EVENTS, type WebhookEvent } from './endpoint-book.js';
