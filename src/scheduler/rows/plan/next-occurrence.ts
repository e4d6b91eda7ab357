// The next occurrence of a row: nominal time by its schedule, effective time by its place in the spread. Pure.
import { withSpread, type CompiledSchedule, type SpreadOccurrence } from '../../schedule/index.js';

export type NextOccurrence = SpreadOccurrence;

/**
 * The first occurrence after `afterMs`. `sinceMs`: when the schedule was last changed; what it would have named before that was
 * never owed. Null: the schedule has ended.
 */
export function nextOccurrence(
  compiled: CompiledSchedule,
  rowId: string,
  afterMs: number,
  sinceMs: number | null,
): NextOccurrence | null {
  const nominalMs = compiled.next(Math.max(afterMs, sinceMs ?? afterMs));
  return nominalMs === null ? null : withSpread(compiled, rowId, nominalMs);
}
