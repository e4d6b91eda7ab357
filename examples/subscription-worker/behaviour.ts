// Decides how a call is answered, and how long that takes. The same key on the same attempt always meets the same fate, so that a demo can be repeated.
import { createHash } from 'node:crypto';
import type { WorkerSettings } from './settings.js';

export type Fate = 'ok' | 'fail' | 'reject' | 'busy' | 'hang';

const FATES = ['fail', 'reject', 'busy', 'hang'] as const;

/** A number in [0, 1) that belongs to the text. */
const numberOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;

/** What happens to this attempt of a call. */
export function fateOf(key: string, attempt: number, shares: Pick<WorkerSettings, (typeof FATES)[number]>): Fate {
  let left = numberOf(`${key}#${attempt}`);
  for (const fate of FATES) {
    if (left < shares[fate]) return fate;
    left -= shares[fate];
  }
  return 'ok';
}

/** Log-normal around the median: most calls a little faster or slower, a few much slower. Milliseconds. */
export function latencyOf({ latencyMs, latencySpread }: WorkerSettings, random = Math.random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return latencyMs * Math.exp(latencySpread * normal);
}
