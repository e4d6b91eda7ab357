// `punctual/webhooks`: notifies other systems of ended jobs by signed HTTP calls.
export { webhooks, type WebhooksOptions } from './module.js';
export type { NewWebhook, WebhookDelivery, WebhookEndpoint, WebhookPatch, Webhooks } from './create-webhooks.js';
export { WEBHOOK_EVENTS, type WebhookEvent } from './endpoint-book.js';
