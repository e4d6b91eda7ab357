// Decides which items may start: a limit per tenant, or any other that depends on the item. The claim buffer asks it for each item, and
// lets others pass while one must wait.
import type { Claimed } from '../contracts/source.js';

export interface Admission<I extends Claimed = Claimed> {
  /** Whether the item could enter now. Takes nothing. */
  hasRoom(item: I): boolean;
  /** True: the item may start, and its slot is taken. False: it waits for `whenFree`. */
  tryEnter(item: I): boolean;
  /** Releases the slot of an admitted item. */
  leave(item: I): void;
  /** What a refused item waits for: items that wait for the same are admitted in order. */
  waitsFor(item: I): string;
  /** Calls back once when there may be room for a refused item; the returned function cancels this. */
  whenFree(item: I, waiter: () => void): () => void;
  /** How many may wait in one drain before it stops claiming. */
  readonly maxParked: number;
}
