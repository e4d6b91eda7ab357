// The limit per tenant for jobs: a job that must wait releases its room, and needs room again when its tenant's turn comes.
import type { Admission } from '../../work/admission.js';
import type { QueueItem } from '../define/queue-item.js';
import type { Capacity } from './capacity.js';
import type { Hand } from './hand.js';

export interface JobAdmissionDeps {
  readonly tenants: Admission;
  readonly capacity: Capacity;
  readonly hand: Hand;
}

export function createJobAdmission({ tenants, capacity, hand }: JobAdmissionDeps): Admission<QueueItem> {
  return {
    // the number of waiting jobs is bounded by the plan of each claim: see Hand.isFull
    maxParked: Infinity,
    hasRoom: (item) => tenants.hasRoom(item),
    tryEnter(item) {
      if (!tenants.hasRoom(item)) {
        hand.park(item);
        return false;
      }
      // a job of a paused queue passes, and is then released
      if (!capacity.paused(item.type) && !hand.enter(item)) return false;
      return tenants.tryEnter(item);
    },
    leave: (item) => tenants.leave(item),
    waitsFor: (item) => (tenants.hasRoom(item) ? `type ${item.type}` : `tenant ${tenants.waitsFor(item)}`),
    whenFree: (item, waiter) =>
      tenants.hasRoom(item) ? capacity.whenRoom(item.type, waiter) : tenants.whenFree(item, waiter),
  };
}
