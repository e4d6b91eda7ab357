// The error codes of digests.
import { errorsOf } from '../../scheduler/public.js';

export const DIGEST_ERRORS = {
  DIGEST_SCHEDULE_NOT_FOUND: {
    kind: 'not_found',
    meaning: 'There is no such digest schedule, or it belongs to someone else.',
  },
  DIGEST_RECIPIENT_NOT_FOUND: {
    kind: 'not_found',
    meaning: 'There is no such recipient, or it belongs to someone else.',
  },
  DIGEST_SCHEDULE_EXISTS: {
    kind: 'conflict',
    meaning: 'The recipient already has a digest for this group with this frequency. Change that one.',
  },
} as const;

export const digestError = errorsOf(DIGEST_ERRORS);
