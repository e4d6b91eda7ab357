// How long a pass takes, and for how long it keeps the event loop from everything else.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PassResult {
  readonly seconds: number;
  /** The longest time in which nothing else could run. */
  readonly blockedMs: number;
  readonly fired: number;
  /** Writing down what became of them, apart from the pass. */
  readonly settleSeconds?: number;
}

/** Times one pass, which answers how many schedules it fired. */
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
