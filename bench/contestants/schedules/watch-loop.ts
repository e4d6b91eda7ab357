// Measures the duration of a pass, and how long it blocks the event loop.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PassResult {
  readonly seconds: number;
  /** The longest time for which the event loop was blocked. */
  readonly blockedMs: number;
  readonly fired: number;
  /** The time to settle the outcomes, which is not part of the pass. */
  readonly settleSeconds?: number;
}

/** Times one pass, which returns the number of schedules that it fired. */
export async function watchLoop(pass: () => Promise<number>): Promise<PassResult> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await sleep(50);
  delay.reset();
  const since = performance.now();
  const fired = await pass();
  const seconds = (performance.now() - since) / 1_000;
  await sleep(5);
  delay.disable();
  return { seconds, blockedMs: delay.max / 1e6, fired };
}
