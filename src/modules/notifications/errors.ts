// The error codes of notifications.
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
    meaning: 'The unsubscribe link is incomplete or was altered, or the key that it was created with is no longer set.',
  },
  EVENTS_NOT_CONFIGURED: {
    kind: 'not_found',
    meaning:
      'Events of this mail provider are not received: there is no such provider, or it has no secret in `eventSecrets`.',
  },
  EVENT_SIGNATURE_INVALID: {
    kind: 'unauthenticated',
    meaning: 'The signature of the event is not valid, or its timestamp is too far from the current time.',
  },
  EVENT_SOURCE_UNAVAILABLE: {
    kind: 'unavailable',
    meaning: 'The event cannot be verified because its provider does not respond. The provider will send it again.',
  },
} as const;

export const notificationError = errorsOf(NOTIFICATION_ERRORS);
