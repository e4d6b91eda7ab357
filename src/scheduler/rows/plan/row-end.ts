// What became of one row of a batch, for counts and samples of errors.
import type { DecidedRow } from './decide-row.js';

export interface RowEnd {
  readonly key: string;
  /** `suspended`: its schedule could not be read. */
  readonly end: DecidedRow['end'] | 'suspended';
  readonly error: string | null;
}
