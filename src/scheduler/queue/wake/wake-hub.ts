// Where idle drains wait for work. A wake-up without a waiting drain is kept for the next one, so that none is lost.

export interface WakeHub {
  /** Resolves at the next wake-up, or when the signal aborts; an aborted waiter does not consume a wake-up. */
  wait(signal: AbortSignal): Promise<void>;
  /** Wakes one waiting drain, or the next one that waits. */
  wake(): void;
  wakeAll(): void;
  /** Wakes after `ms` milliseconds, unless an earlier timer is set. */
  wakeIn(ms: number): void;
  close(): void;
}

/** A setTimeout beyond 2^31 ms fires at once; the poll comes long before that. */
const MAX_TIMER_MS = 3_600_000;

export function createWakeHub(monotonicMs: () => number): WakeHub {
  const waiters = new Set<() => void>();
  let kept = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAtMs = Infinity;

  const wake = (): void => {
    const [waiter] = waiters;
    if (waiter === undefined) kept = true;
    else waiter();
  };

  return {
    wait: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        if (kept) {
          kept = false;
          return resolve();
        }
        const leave = (): void => {
          waiters.delete(waiter);
          resolve();
        };
        const waiter = (): void => {
          signal.removeEventListener('abort', leave);
          leave();
        };
        waiters.add(waiter);
        signal.addEventListener('abort', leave, { once: true });
      }),
    wake,
    wakeAll() {
      kept = true;
      for (const waiter of [...waiters]) waiter();
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
