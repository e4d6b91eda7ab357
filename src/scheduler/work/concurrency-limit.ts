// How many items may run at once, shared by every drain of a process: the limit counts over all runs.
import type { ReceiverHealth } from '../contracts/outcome.js';

export interface ConcurrencyLimit {
  /** How many may run at once, now; it may change while work runs. */
  readonly limit: number;
  /** How many run now. */
  readonly inUse: number;
  /** Takes a slot and returns its ticket (positive, increasing), or 0 if none is free. */
  tryAcquire(): number;
  /** Releases the slot, with what its holder learned about the receiver. */
  release(ticket: number, health: ReceiverHealth): void;
  /** Calls back once when a slot is free, first come, first served; the returned function cancels this. */
  whenFree(waiter: () => void): () => void;
}

export interface ResizableLimit extends ConcurrencyLimit {
  /** Takes effect at once; running work above a lowered limit is allowed to finish. */
  resize(limit: number): void;
}

/** A limit that only changes when told to. */
export function createConcurrencyLimit(initial: number): ResizableLimit {
  let limit = initial;
  let inUse = 0;
  let ticket = 0;
  // there are few waiters, but they change with nearly every item: an array costs less than a set
  const waiters: (() => void)[] = [];

  const wake = (): void => {
    while (inUse < limit) {
      const waiter = waiters.shift();
      if (waiter === undefined) return;
      waiter();
    }
  };

  return {
    get limit() {
      return limit;
    },
    get inUse() {
      return inUse;
    },
    tryAcquire() {
      if (inUse >= limit) return 0;
      inUse += 1;
      ticket += 1;
      return ticket;
    },
    release() {
      inUse -= 1;
      wake();
    },
    whenFree(waiter) {
      waiters.push(waiter);
      return () => {
        const place = waiters.indexOf(waiter);
        if (place !== -1) waiters.splice(place, 1);
      };
    },
    resize(next) {
      limit = next;
      wake();
    },
  };
}
