// Who may start beside what runs already: a limit per tenant, or any other that looks at the item itself. The claim buffer asks it
// for each item, and lets others pass while one must wait.
import type { Claimed } from '../contracts/source.js';

export interface Admission<I extends Claimed = Claimed> {
  /** Whether the item could enter now. Takes nothing. */
  hasRoom(item: I): boolean;
  /** True: the item may start, and what it needs is taken. False: it waits for `whenFree`. */
  tryEnter(item: I): boolean;
  /** Gives back what an item took that was let in. */
  leave(item: I): void;
  /** What an item that was refused waits for: items that wait for the same are let in first come, first served. */
  waitsFor(item: I): string;
  /** Calls back once when there may be room for an item that was refused; the returned function withdraws the wish. */
  whenFree(item: I, waiter: () => void): () => void;
  /** How many may wait in one drain before it stops claiming. */
  readonly maxParked: number;
}
