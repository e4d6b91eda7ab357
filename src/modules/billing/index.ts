// `punctual/billing`: charges pages that are queued for publication, exactly once each, and publishes them.
export { billing } from './module.js';
export type { BillingOptions } from './options.js';
export { readBillingLink, type BillingLink } from './mail/billing-link.js';
export type { ChargeRequest, MethodAnswer, PaymentAnswer, Payments } from '../../clients/stripe/payments.js';
export type { Chat, ChatAnswer, ChatMessage } from '../../clients/slack/chat.js';
