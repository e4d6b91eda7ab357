// The error codes of webhooks.
import { errorsOf } from '../../scheduler/public.js';

export const WEBHOOK_ERRORS = {
  WEBHOOK_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such webhook endpoint or delivery.' },
  DELIVERY_PENDING: {
    kind: 'conflict',
    meaning: 'The delivery is being sent or is waiting for its next attempt. Redeliver it when it has ended.',
  },
} as const;

export const webhookError = errorsOf(WEBHOOK_ERRORS);
