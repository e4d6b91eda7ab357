// Limits how many run at once, first come, first served, and measures how long each takes, so that work can be claimed ahead.

export interface Gate {
  /** Runs `work` when there is a free slot. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /**
   * How many messages to hold now: those being sent, plus those expected to be sent within a quarter of a second. While more than half of
   * these are waiting it is 0, so that messages are claimed many at a time.
   */
  inHand(): number;
  readonly active: number;
}

const AHEAD_MS = 250;
/** Maximum number held in addition to those being sent. */
export const MOST_AHEAD = 200;
/** Fewer are claimed one at a time. */
const WORTH_A_PAUSE = 20;
const SMOOTHING = 0.1;

export function createGate(places: number, now: () => number): Gate {
  const waiting: (() => void)[] = [];
  let active = 0;
  let meanMs: number | null = null;

  const enter = async (): Promise<void> => {
    if (active >= places) await new Promise<void>((resolve) => waiting.push(resolve));
    else active += 1;
  };
  /** The slot goes to the next waiting one, if any. */
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) active -= 1;
    else next();
  };

  return {
    async run(work) {
      await enter();
      const startedMs = now();
      try {
        return await work();
      } finally {
        const tookMs = now() - startedMs;
        meanMs = meanMs === null ? tookMs : meanMs + SMOOTHING * (tookMs - meanMs);
        leave();
      }
    },
    inHand() {
      const expected = meanMs === null ? 0 : Math.floor((places * AHEAD_MS) / Math.max(meanMs, 0.1));
      const ahead = Math.min(expected, MOST_AHEAD);
      if (ahead >= WORTH_A_PAUSE && waiting.length > ahead / 2) return 0;
      return places + ahead;
    },
    get active() {
      return active;
    },
  };
}
