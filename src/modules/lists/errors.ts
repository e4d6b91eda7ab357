// The errors of batch lists, beside those of the package.
import { errorsOf } from '../../scheduler/public.js';

export const LIST_ERRORS = {
  LIST_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such batch list, or it belongs to someone else.' },
  LIST_STATE: {
    kind: 'conflict',
    meaning:
      'The state of the batch list does not allow this: only failed and cancelled imports resume, only open ones are cancelled.',
  },
  KEY_MISSING: {
    kind: 'conflict',
    meaning: 'The workspace has stored no key for the members API: `PUT /admin/workspaces/:id/keys/members`.',
  },
  UPLOAD_REFUSED: {
    kind: 'invalid',
    meaning: 'The CSV file cannot be read: its encoding, its header, its quotes or its size. Nothing of it was kept.',
  },
} as const;

export const listError = errorsOf(LIST_ERRORS);
