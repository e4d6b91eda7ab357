// Pages in their order, fetched ahead: numbered ones several at once, those behind a cursor one after the other.
import type { MembersPage } from '../../../clients/members/members-client.js';

export interface Ahead {
  /** The next page in order. Rejects as the fetch of that page did. */
  take(): Promise<MembersPage>;
  /** True when `take` resolves without waiting. A page that failed is not ready: those before it are stored first. */
  ready(): boolean;
  /** Resolves when the next page in order is ready. Never rejects; of a page that failed it is pending for good. */
  arrival(): Promise<void>;
}

export interface AheadOptions {
  readonly style: 'page' | 'cursor';
  /** Where to begin: a page's number or a cursor; null: from the beginning. */
  readonly from: string | null;
  /** Requests at once. */
  readonly parallel: number;
  /** Pages that wait to be taken, at most: memory stays flat. */
  readonly buffered: number;
  readonly fetch: (at: string | null) => Promise<MembersPage>;
}

interface Slot {
  readonly page: Promise<MembersPage>;
  settled: boolean;
  fetched: boolean;
}

/** After a page without a next one, or one that failed, nothing more is begun. The reader stops there too. */
export function pagesAhead({ style, from, parallel, buffered, fetch }: AheadOptions): Ahead {
  const slots: Slot[] = [];
  // undefined: not known before the page in flight has come; false: there is none
  let upcoming: string | null | undefined | false = from;
  let seenOne = false;
  const inFlight = (): number => slots.filter(({ settled }) => !settled).length;
  // before the first page has come there may be no second one
  const limit = (): number => (style === 'page' && seenOne ? parallel : 1);

  const begin = (at: string | null): void => {
    upcoming = style === 'page' ? String(Number(at ?? '1') + 1) : undefined;
    const slot: Slot = { page: fetch(at), settled: false, fetched: false };
    slots.push(slot);
    slot.page.then(
      ({ next }) => {
        slot.settled = slot.fetched = seenOne = true;
        if (next === null) upcoming = false;
        else if (style === 'cursor') upcoming = next;
        fill();
      },
      () => {
        slot.settled = true;
        upcoming = false;
      },
    );
  };

  function fill(): void {
    while (upcoming !== false && upcoming !== undefined && slots.length < buffered && inFlight() < limit())
      begin(upcoming);
  }

  return {
    ready: () => slots[0]?.fetched ?? false,
    arrival() {
      fill();
      return new Promise(
        (resolve) =>
          void slots[0]?.page.then(
            () => resolve(),
            () => {},
          ),
      );
    },
    take() {
      fill();
      const [slot] = slots;
      if (slot === undefined) throw new Error('there is no page after the last one');
      return slot.page.then((page) => {
        slots.shift();
        fill();
        return page;
      });
    },
  };
}
