// Pages in order, fetched ahead: numbered ones several at once, those behind a cursor one at a time.
import type { MembersPage } from '../../../clients/members/members-client.js';

export interface Ahead {
  /** The next page in order. Rejects with the error of its fetch. */
  take(): Promise<MembersPage>;
  /** True if `take` resolves without waiting. A failed page is not ready: those before it are stored first. */
  ready(): boolean;
  /** Resolves when the next page in order is ready. Never rejects; for a failed page it stays pending. */
  arrival(): Promise<void>;
}

export interface AheadOptions {
  readonly style: 'page' | 'cursor';
  /** Where to begin: a page's number or a cursor; null: from the beginning. */
  readonly from: string | null;
  /** Requests at once. */
  readonly parallel: number;
  /** Maximum number of fetched pages, so that memory is bounded. */
  readonly buffered: number;
  readonly fetch: (at: string | null) => Promise<MembersPage>;
}

interface Slot {
  readonly page: Promise<MembersPage>;
  settled: boolean;
  fetched: boolean;
}

/** After a page without a next one, or a failed one, no more fetches are started. The reader stops there too. */
export function pagesAhead({ style, from, parallel, buffered, fetch }: AheadOptions): Ahead {
  const slots: Slot[] = [];
  // undefined: not known until the page in flight has arrived; false: there is none
  let upcoming: string | null | undefined | false = from;
  let seenOne = false;
  const inFlight = (): number => slots.filter(({ settled }) => !settled).length;
  // until the first page has arrived, there may be no second one
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
