// The next occurrence of a subscription: nominal time by its schedule, effective time by its place in the spread. Pure.
import { spreadOffsetMs, type CompiledSchedule } from '../../scheduler/schedule/index.js';

/** Instants are milliseconds since 1970. */
export interface NextOccurrence {
  readonly nominalMs: number;
  /** Nominal time plus spread: when it is due. */
  readonly effectiveMs: number;
}

/** Where in the spread an occurrence of this subscription falls; never past the one that follows. */
export function withSpread(compiled: CompiledSchedule, subscriptionId: string, nominalMs: number): NextOccurrence {
  const { spreadS } = compiled.schedule;
  if (spreadS === 0) return { nominalMs, effectiveMs: nominalMs };
  const offset = spreadOffsetMs(subscriptionId, spreadS, nominalMs, compiled.next(nominalMs));
  return { nominalMs, effectiveMs: nominalMs + offset };
}

/**
 * The first occurrence after `afterMs`. `sinceMs`: when the schedule was last changed; what it would have named before that was
 * never owed. Null: the schedule has ended.
 */
export function nextOccurrence(
  compiled: CompiledSchedule,
  subscriptionId: string,
  afterMs: number,
  sinceMs: number | null,
): NextOccurrence | null {
  const nominalMs = compiled.next(Math.max(afterMs, sinceMs ?? afterMs));
  return nominalMs === null ? null : withSpread(compiled, subscriptionId, nominalMs);
}
