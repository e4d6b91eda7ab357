// Requests at a fixed rate, whatever the responses take: what waits for a slow one is counted as waiting.
import { setTimeout as sleep } from 'node:timers/promises';

export interface SteadyLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** Requests of the first seconds are made and not counted. */
  readonly warmUpSeconds: number;
}

/** Milliseconds that each counted request took, from the moment it was due. Rejects with the first that failed. */
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
