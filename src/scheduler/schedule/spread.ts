// Spreads entities that share a nominal time over some seconds. Each has a constant delay, which never reaches past its next occurrence.
import type { CompiledSchedule } from './compile-schedule.js';

/** Instants are milliseconds since 1970. */
export interface SpreadOccurrence {
  readonly nominalMs: number;
  /** Nominal time plus spread: when it is due. */
  readonly effectiveMs: number;
}

/** FNV-1a over UTF-16 units, then a murmur finaliser so that ids that differ little end up far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Milliseconds to add to the nominal time of an entity's occurrence: the same at every occurrence, from 0 to `spreadS`
 * seconds, and less than the time to the next occurrence (`nextNominalMs`, null when there is none).
 */
export function spreadOffsetMs(
  entityId: string,
  spreadS: number,
  nominalMs: number,
  nextNominalMs: number | null,
): number {
  if (spreadS <= 0) return 0;
  const room = nextNominalMs === null ? Infinity : nextNominalMs - nominalMs;
  const width = Math.min(spreadS * 1_000, room);
  return Math.floor((hash(entityId) / 0x1_0000_0000) * width);
}

/** The spread delay of an occurrence of this entity. */
export function withSpread(
  compiled: Pick<CompiledSchedule, 'next' | 'schedule'>,
  entityId: string,
  nominalMs: number,
): SpreadOccurrence {
  const { spreadS } = compiled.schedule;
  if (spreadS === 0) return { nominalMs, effectiveMs: nominalMs };
  return { nominalMs, effectiveMs: nominalMs + spreadOffsetMs(entityId, spreadS, nominalMs, compiled.next(nominalMs)) };
}
