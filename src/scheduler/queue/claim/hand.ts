// The jobs that this process holds. A claimed job takes room of its type, its queue and the whole; while it is parked, because its tenant
// has reached its limit, it takes none, so that others are claimed instead.
//
//   claimed ──▶ held ──park──▶ parked
//                │  ◀──enter────  │
//                └────▶ left ◀────┘     (its handler has ended, or it is given back)
import type { QueueItem } from '../define/queue-item.js';
import type { Capacity } from './capacity.js';

export interface Hand {
  /** The job waits and releases its room. */
  park(item: QueueItem): void;
  /** A parked job takes room again. False: there is none for it. */
  enter(item: QueueItem): boolean;
  /** The job is no longer held. Returns its previous state. */
  leave(item: QueueItem): QueueItem['hand'];
  /** Releases room that was reserved for a claim and not used. */
  giveBack(type: string, count: number): void;
  /** Enough jobs of this bucket are waiting: no more should be claimed. */
  isFull(bucket: number): boolean;
  readonly parked: number;
}

/** A bucket with this number of parked jobs is not claimed from … */
const PER_BUCKET = 100;
/** … and with this number in all, no bucket that has any. */
const IN_ALL = 2_000;

export interface HandDeps {
  readonly capacity: Capacity;
  /** Room has become available. */
  readonly onRoom: () => void;
  /** The change in the number of jobs of a type that are only waiting for their start. */
  readonly expect: (type: string, count: number) => void;
}

export function createHand({ capacity, onRoom, expect }: HandDeps): Hand {
  const buckets = new Map<number, number>();
  let parked = 0;

  const count = (bucket: number, by: number): void => {
    parked += by;
    const now = (buckets.get(bucket) ?? 0) + by;
    if (now === 0) buckets.delete(bucket);
    else buckets.set(bucket, now);
  };

  const giveBack = (type: string, room: number): void => {
    if (room === 0) return;
    capacity.giveBack(type, room);
    onRoom();
  };

  return {
    giveBack,
    park(item) {
      if (item.hand !== 'held') return;
      item.hand = 'parked';
      count(item.bucket, 1);
      expect(item.type, -1);
      giveBack(item.type, 1);
    },
    enter(item) {
      if (item.hand !== 'parked') return true;
      if (capacity.reserve(item.type, 1) === 0) return false;
      item.hand = 'held';
      count(item.bucket, -1);
      expect(item.type, 1);
      return true;
    },
    leave(item) {
      const { hand } = item;
      if (hand === 'left') return hand;
      item.hand = 'left';
      if (hand === 'held') giveBack(item.type, 1);
      else {
        count(item.bucket, -1);
        onRoom();
      }
      return hand;
    },
    isFull(bucket) {
      const waiting = buckets.get(bucket) ?? 0;
      return waiting >= PER_BUCKET || (waiting > 0 && parked >= IN_ALL);
    },
    get parked() {
      return parked;
    },
  };
}
