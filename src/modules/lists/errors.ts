// The error codes of batch lists.
import { errorsOf } from '../../scheduler/public.js';

export const LIST_ERRORS = {
  LIST_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such batch list, or it belongs to someone else.' },
  LIST_STATE: {
    kind: 'conflict',
    meaning:
      'The state of the batch list does not allow this: only failed and cancelled imports can be resumed, and only open ones cancelled.',
  },
  KEY_MISSING: {
    kind: 'conflict',
    meaning: 'The workspace has stored no key for the members API: `PUT /admin/workspaces/:id/keys/members`.',
  },
  UPLOAD_REFUSED: {
    kind: 'invalid',
    meaning: 'The CSV file cannot be read because of its encoding, header, quotes or size. Nothing was kept.',
  },
} as const;

export const listError = errorsOf(LIST_ERRORS);
