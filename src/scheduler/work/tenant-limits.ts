// At most so many items of one tenant at once on this instance, whatever runs ask for them.
import { createConcurrencyLimit, type ResizableLimit } from './concurrency-limit.js';

export interface TenantLimits {
  /** True: a slot of this tenant is taken. */
  tryAcquire(tenantId: string): boolean;
  release(tenantId: string): void;
  /** Calls back once when this tenant has a free slot; the answer withdraws the wish. */
  whenFree(tenantId: string, waiter: () => void): () => void;
}

/** `max` slots for each tenant; a tenant with nothing running takes no memory. */
export function createTenantLimits(max: number): TenantLimits {
  const busy = new Map<string, ResizableLimit>();
  return {
    tryAcquire(tenantId) {
      let limit = busy.get(tenantId);
      if (limit === undefined) {
        limit = createConcurrencyLimit(max);
        busy.set(tenantId, limit);
      }
      return limit.tryAcquire() !== 0;
    },
    release(tenantId) {
      const limit = busy.get(tenantId);
      if (limit === undefined) return;
      limit.release(0, 'unknown');
      if (limit.inUse === 0) busy.delete(tenantId);
    },
    whenFree(tenantId, waiter) {
      const limit = busy.get(tenantId);
      return limit === undefined ? () => {} : limit.whenFree(waiter);
    },
  };
}
