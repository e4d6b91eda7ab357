// The errors of notifications, beside those of the package.
import { errorsOf } from '../../scheduler/public.js';

export const NOTIFICATION_ERRORS = {
  BATCH_NOT_FOUND: {
    kind: 'not_found',
    meaning: 'There is no such batch of notifications, or it belongs to someone else.',
  },
} as const;

export const notificationError = errorsOf(NOTIFICATION_ERRORS);
