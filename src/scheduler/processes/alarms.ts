// When each source or process is due next, in this process's monotonic time, as computed by the database.
import type { Clock } from '../../base/clock.js';

export interface Alarms {
  set(name: string, inMs: number): void;
  /** Like `set`, but never later than the current value. */
  setEarlier(name: string, inMs: number): void;
  clear(name: string): void;
  rings(name: string): boolean;
  /** Milliseconds until it is due; null: it is not set. */
  inMs(name: string): number | null;
  /** Milliseconds until the earliest one; 0 or less: it is due; null: none is set. */
  nextInMs(): number | null;
}

export function createAlarms(clock: Clock): Alarms {
  const times = new Map<string, number>();
  // rounded up to a whole millisecond: rounding down would be early
  const at = (inMs: number): number => clock.monotonicMs() + Math.ceil(Math.max(0, inMs)) + 1;

  return {
    set: (name, inMs) => void times.set(name, at(inMs)),
    setEarlier: (name, inMs) => void times.set(name, Math.min(at(inMs), times.get(name) ?? Infinity)),
    clear: (name) => void times.delete(name),
    rings: (name) => (times.get(name) ?? Infinity) <= clock.monotonicMs(),
    inMs: (name) => (times.has(name) ? times.get(name)! - clock.monotonicMs() : null),
    nextInMs: () => (times.size === 0 ? null : Math.min(...times.values()) - clock.monotonicMs()),
  };
}
