// Waiting for a condition instead of for some time.
import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 10,000. */
  readonly timeoutMs?: number;
  /** Between two looks; default 20. */
  readonly everyMs?: number;
  /** Names the condition in the error; may tell the state at the end. */
  readonly what?: string | (() => string);
}

type Truthy<T> = Exclude<T, null | undefined | false | 0 | ''>;

/** Looks until the condition holds (is truthy) and answers its value. Throws when the time is up, with the last error if it threw. */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<Truthy<T>> {
  const { timeoutMs = 10_000, everyMs = 20, what = condition.toString() } = options;
  const end = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const value = await condition();
      if (value) return value as Truthy<T>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) {
      const name = typeof what === 'function' ? what() : what;
      throw new Error(`not so within ${timeoutMs} ms: ${name}`, { cause });
    }
    await sleep(everyMs);
  }
}
