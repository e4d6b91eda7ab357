// The outcome of one row of a batch, for counts and samples of errors.
import type { DecidedRow } from './decide-row.js';

export interface RowEnd {
  readonly key: string;
  /** `suspended`: its schedule could not be read. */
  readonly end: DecidedRow['end'] | 'suspended';
  readonly error: string | null;
  /** Milliseconds from when it was due to when it was passed to the handler; null: it was not. */
  readonly waitMs: number | null;
  /** The same from the nominal time of its occurrence; null for a further attempt. */
  readonly latenessMs: number | null;
}
