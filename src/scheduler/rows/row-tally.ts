// Counts the outcomes of one row schedule on this instance, for its metrics.
import type { RowEnd } from './plan/row-end.js';

/** Number of occurrences by outcome since the start. */
export type RowTallies = Readonly<Record<'completed' | 'skipped' | 'retried' | 'dead' | 'suspended', number>>;

export interface RowTally {
  add(ends: readonly RowEnd[]): void;
  read(): RowTallies;
}

export function createRowTally(): RowTally {
  const counts: Record<RowEnd['end'], number> = { completed: 0, skipped: 0, retried: 0, dead: 0, suspended: 0 };
  return {
    add: (ends) => ends.forEach(({ end }) => (counts[end] += 1)),
    read: () => ({ ...counts }),
  };
}
