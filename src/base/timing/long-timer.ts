// A timer of any duration. setTimeout accepts at most 2^31 − 1 ms (24.8 days) and fires at once for more, so longer waits are chained.

/** The longest wait that one setTimeout takes. */
export const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export interface LongTimer {
  stop(): void;
}

const NEVER: LongTimer = { stop: () => {} };

/** Calls `run` once after `ms`; with Infinity, never. */
export function startTimer(run: () => void, ms: number): LongTimer {
  if (ms === Infinity) return NEVER;
  let left = ms;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const part = Math.min(left, LONGEST_TIMEOUT_MS);
    left -= part;
    timer = setTimeout(left > 0 ? wait : run, part);
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}
