// The next occurrence of a row: nominal time by its schedule, effective time with its spread delay. Pure.
import { withSpread, type CompiledSchedule, type SpreadOccurrence } from '../../schedule/index.js';

export type NextOccurrence = SpreadOccurrence;

/**
 * The first occurrence after `afterMs`. `sinceMs`: when the schedule was last changed; occurrences before that do not count. Null: the
 * schedule has ended.
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
