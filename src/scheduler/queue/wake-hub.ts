// Where idle drains wait for work. A wake-up that finds nobody waiting is kept for the next who comes, so none is lost.

export interface WakeHub {
  /** Resolves at the next wake-up. */
  wait(): Promise<void>;
  /** Wakes one who waits, or the next who comes. */
  wake(): void;
  wakeAll(): void;
  /** Wakes after so many milliseconds, unless an earlier timer is set. */
  wakeIn(ms: number): void;
  close(): void;
}

/** A setTimeout beyond 2^31 ms fires at once; the poll comes long before. */
const MAX_TIMER_MS = 3_600_000;

export function createWakeHub(monotonicMs: () => number): WakeHub {
  const waiters: (() => void)[] = [];
  let kept = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAtMs = Infinity;

  const wake = (): void => {
    const waiter = waiters.shift();
    if (waiter === undefined) kept = true;
    else waiter();
  };

  return {
    wait: () =>
      new Promise((resolve) => {
        if (!kept) return void waiters.push(resolve);
        kept = false;
        resolve();
      }),
    wake,
    wakeAll() {
      kept = true;
      for (const waiter of waiters.splice(0)) waiter();
    },
    wakeIn(ms) {
      const atMs = monotonicMs() + ms;
      if (atMs >= timerAtMs) return;
      clearTimeout(timer);
      timerAtMs = atMs;
      timer = setTimeout(
        () => {
          timerAtMs = Infinity;
          wake();
        },
        Math.min(MAX_TIMER_MS, Math.ceil(ms) + 1),
      );
    },
    close() {
      clearTimeout(timer);
      timerAtMs = Infinity;
    },
  };
}
