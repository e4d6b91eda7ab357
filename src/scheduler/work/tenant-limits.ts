// Limits the items of one tenant that run at once on this instance, over all runs.
import type { Claimed } from '../contracts/source.js';
import type { Admission } from './admission.js';
import { createConcurrencyLimit, type ResizableLimit } from './concurrency-limit.js';

/** Items without a tenant are always admitted. */
export type TenantLimits = Admission;

const MAX_PARKED = 500;

/** `max` slots for each tenant; a tenant without running items uses no memory. */
export function createTenantLimits(max: number): TenantLimits {
  const busy = new Map<string, ResizableLimit>();

  const limitOf = (tenantId: string): ResizableLimit => {
    let limit = busy.get(tenantId);
    if (limit === undefined) busy.set(tenantId, (limit = createConcurrencyLimit(max)));
    return limit;
  };

  return {
    maxParked: MAX_PARKED,
    hasRoom({ tenantId }) {
      const limit = tenantId === null ? undefined : busy.get(tenantId);
      return limit === undefined || limit.inUse < limit.limit;
    },
    tryEnter: ({ tenantId }) => tenantId === null || limitOf(tenantId).tryAcquire() !== 0,
    leave({ tenantId }) {
      const limit = tenantId === null ? undefined : busy.get(tenantId);
      if (tenantId === null || limit === undefined) return;
      limit.release(0, 'unknown');
      if (limit.inUse === 0) busy.delete(tenantId);
    },
    waitsFor: ({ tenantId }: Claimed) => tenantId ?? '',
    whenFree({ tenantId }, waiter) {
      const limit = tenantId === null ? undefined : busy.get(tenantId);
      return limit === undefined ? () => {} : limit.whenFree(waiter);
    },
  };
}
