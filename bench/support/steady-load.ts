// Sends requests at a fixed rate, however long the responses take. Time spent waiting behind slow responses is counted.
import { setTimeout as sleep } from 'node:timers/promises';

export interface SteadyLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** Requests within the first seconds are sent but not counted. */
  readonly warmUpSeconds: number;
}

/** Resolves with the milliseconds that each counted request took from the moment it was due. Rejects if a request fails. */
export async function steadyLoad(
  { perSecond, seconds, warmUpSeconds }: SteadyLoad,
  send: () => Promise<unknown>,
): Promise<readonly number[]> {
  const since = performance.now();
  const took: number[] = [];
  const one = async (dueMs: number): Promise<void> => {
    await send();
    if (dueMs >= since + warmUpSeconds * 1_000) took.push(performance.now() - dueMs);
  };
  const calls: Promise<void>[] = [];
  for (let index = 0; index < (warmUpSeconds + seconds) * perSecond; index += 1) {
    const dueMs = since + (index * 1_000) / perSecond;
    if (dueMs > performance.now()) await sleep(dueMs - performance.now());
    calls.push(one(dueMs));
    calls.at(-1)?.catch(() => {});
  }
  await Promise.all(calls);
  return took;
}
