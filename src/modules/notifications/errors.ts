// The errors of notifications, beside those of the package.
import { errorsOf } from '../../scheduler/public.js';

export const NOTIFICATION_ERRORS = {
  BATCH_NOT_FOUND: {
    kind: 'not_found',
    meaning: 'There is no such batch of notifications, or it belongs to someone else.',
  },
  NOTIFICATION_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such notification.' },
  RECIPIENT_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such recipient, or it belongs to someone else.' },
  SUPPRESSION_NOT_FOUND: { kind: 'not_found', meaning: 'The address is not on the suppression list.' },
  UNSUBSCRIBE_LINK_INVALID: {
    kind: 'not_found',
    meaning:
      'The link for unsubscribing is incomplete or was changed, or the key it was made with is not set any more.',
  },
  EVENTS_NOT_CONFIGURED: {
    kind: 'not_found',
    meaning:
      'Events of this mail provider are not received: there is no such provider, or it has no secret in `eventSecrets`.',
  },
  EVENT_SIGNATURE_INVALID: {
    kind: 'unauthenticated',
    meaning: 'The event is not signed as its provider signs, or its timestamp is too far from now.',
  },
  EVENT_SOURCE_UNAVAILABLE: {
    kind: 'unavailable',
    meaning: 'The event cannot be checked, since its provider does not respond. The provider sends it again.',
  },
} as const;

export const notificationError = errorsOf(NOTIFICATION_ERRORS);
