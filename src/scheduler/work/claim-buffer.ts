// Claims that wait for their turn: first in, first out, save that an item whose tenant is at its limit lets others pass.
import type { Claimed } from '../contracts/source.js';
import type { TenantLimits } from './tenant-limits.js';

export interface ClaimBuffer<I extends Claimed> {
  /** Claims in hand that have not been started. */
  readonly size: number;
  push(items: readonly I[]): void;
  /** The next item that may start, with its tenant's slot taken; undefined when there is none. */
  take(): I | undefined;
  /** Gives the tenant's slot of a taken item back. */
  done(item: I): void;
  /** Empties the buffer, to give its claims back. */
  takeAll(): I[];
}

/** Without `tenants` a plain queue. `onReady` is called when an item that had to wait for its tenant may start. */
export function createClaimBuffer<I extends Claimed>(
  tenants: TenantLimits | undefined,
  onReady: () => void,
): ClaimBuffer<I> {
  let ready: I[] = [];
  let head = 0;
  let parkedCount = 0;
  const parked = new Map<string, { items: I[]; withdraw: () => void }>();

  const shift = (): I | undefined => {
    const item = ready[head];
    if (item === undefined) return undefined;
    head += 1;
    if (head === ready.length) {
      ready = [];
      head = 0;
    }
    return item;
  };

  const unpark = (tenantId: string): void => {
    const waiting = parked.get(tenantId);
    if (waiting === undefined) return;
    parked.delete(tenantId);
    parkedCount -= waiting.items.length;
    ready = [...waiting.items, ...ready.slice(head)];
    head = 0;
    onReady();
  };

  const park = (item: I, tenantId: string, limits: TenantLimits): void => {
    const waiting = parked.get(tenantId);
    parkedCount += 1;
    if (waiting !== undefined) waiting.items.push(item);
    else parked.set(tenantId, { items: [item], withdraw: limits.whenFree(tenantId, () => unpark(tenantId)) });
  };

  const takeWithin = (limits: TenantLimits): I | undefined => {
    for (let item = shift(); item !== undefined; item = shift()) {
      if (item.tenantId === null || limits.tryAcquire(item.tenantId)) return item;
      park(item, item.tenantId, limits);
    }
    return undefined;
  };

  return {
    get size() {
      return ready.length - head + parkedCount;
    },
    push(items) {
      ready = head === ready.length ? [...items] : [...ready.slice(head), ...items];
      head = 0;
    },
    take: () => (tenants === undefined ? shift() : takeWithin(tenants)),
    done(item) {
      if (item.tenantId !== null) tenants?.release(item.tenantId);
    },
    takeAll() {
      const all = ready.slice(head);
      for (const { items, withdraw } of parked.values()) {
        withdraw();
        all.push(...items);
      }
      parked.clear();
      ready = [];
      head = 0;
      parkedCount = 0;
      return all;
    },
  };
}
