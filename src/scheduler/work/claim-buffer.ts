// Claims that wait for their turn: first in, first out, except that an item that may not start yet lets others pass.
//
//   push ──▶ ready ──take──▶ started
//              │ refused        ▲
//              ▼                │ take
//            parked ──room──▶ open     (in groups of those that wait for the same)
import type { Claimed } from '../contracts/source.js';
import type { Admission } from './admission.js';

export interface ClaimBuffer<I extends Claimed> {
  /** Claims that have not been started. */
  readonly size: number;
  /** Part of `size`: those that may be able to start now. */
  readonly ready: number;
  push(items: readonly I[]): void;
  /** Admits and returns the next item that may start; undefined if there is none. */
  take(): I | undefined;
  /** Releases the slot of an item that was taken. */
  done(item: I): void;
  /** Empties the buffer, so that its claims can be released. */
  takeAll(): I[];
}

/** Items that wait for the same, in their order. */
interface Group<I> {
  readonly key: string;
  items: I[];
  head: number;
  withdraw: () => void;
}

const left = <I>(group: Group<I>): number => group.items.length - group.head;

/** Without `admission` a plain queue. `onReady` is called when an item that had to wait may start. */
export function createClaimBuffer<I extends Claimed>(
  admission: Admission<I> | undefined,
  onReady: () => void,
): ClaimBuffer<I> {
  let ready: I[] = [];
  let head = 0;
  let parkedCount = 0;
  let openCount = 0;
  const groups = new Map<string, Group<I>>();
  const open: Group<I>[] = [];

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

  const wait = (group: Group<I>, first: I, rule: Admission<I>): void => {
    group.withdraw = rule.whenFree(first, () => {
      group.withdraw = () => {};
      open.push(group);
      openCount += left(group);
      onReady();
    });
  };

  const park = (item: I, rule: Admission<I>): void => {
    const key = rule.waitsFor(item);
    const waiting = groups.get(key);
    parkedCount += 1;
    if (waiting !== undefined) {
      waiting.items.push(item);
      if (open.includes(waiting)) openCount += 1;
      return;
    }
    const group: Group<I> = { key, items: [item], head: 0, withdraw: () => {} };
    groups.set(key, group);
    wait(group, item, rule);
  };

  const unpark = (group: Group<I>): void => {
    group.head += 1;
    parkedCount -= 1;
    openCount -= 1;
    if (left(group) > 0) return;
    groups.delete(group.key);
    open.splice(open.indexOf(group), 1);
  };

  /** From groups that were notified of room, until there is none. */
  const takeOpen = (rule: Admission<I>): I | undefined => {
    for (let group = open[0]; group !== undefined; group = open[0]) {
      const item = group.items[group.head] as I;
      if (rule.tryEnter(item)) {
        unpark(group);
        return item;
      }
      if (rule.waitsFor(item) !== group.key) {
        unpark(group);
        park(item, rule);
      } else {
        open.shift();
        openCount -= left(group);
        wait(group, item, rule);
      }
    }
    return undefined;
  };

  const takeReady = (rule: Admission<I>): I | undefined => {
    for (let item = shift(); item !== undefined; item = shift()) {
      if (rule.tryEnter(item)) return item;
      park(item, rule);
    }
    return undefined;
  };

  return {
    get size() {
      return ready.length - head + parkedCount;
    },
    get ready() {
      return ready.length - head + openCount;
    },
    push(items) {
      ready = head === ready.length ? [...items] : [...ready.slice(head), ...items];
      head = 0;
    },
    take: () => (admission === undefined ? shift() : (takeOpen(admission) ?? takeReady(admission))),
    done: (item) => admission?.leave(item),
    takeAll() {
      const all = ready.slice(head);
      for (const group of groups.values()) {
        group.withdraw();
        all.push(...group.items.slice(group.head));
      }
      groups.clear();
      open.length = 0;
      ready = [];
      head = 0;
      parkedCount = 0;
      openCount = 0;
      return all;
    },
  };
}
