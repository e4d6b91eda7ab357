// Ids of jobs: UUIDs of version 7, generated here, so that an id is known before its row exists and increases with time.
import { randomFillSync } from 'node:crypto';
import type { Clock } from '../../../base/clock.js';

const POOL_BYTES = 4_096;

/** A source of ids, which are strictly increasing, also within one millisecond and when the clock is set back. */
export function createJobIds(clock: Clock): () => string {
  const pool = Buffer.allocUnsafe(POOL_BYTES);
  let used = POOL_BYTES;
  let lastMs = 0;
  let sequence = 0;

  const random = (): string => {
    if (used === POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += 8;
    return pool.toString('hex', used - 8, used);
  };

  return () => {
    const now = clock.now().getTime();
    // 12 bits count within a millisecond; beyond that, the next millisecond is used
    if (now > lastMs) [lastMs, sequence] = [now, 0];
    else if (sequence < 0xfff) sequence += 1;
    else [lastMs, sequence] = [lastMs + 1, 0];
    const time = lastMs.toString(16).padStart(12, '0');
    const tail = random();
    const variant = ((parseInt(tail[0] as string, 16) & 3) | 8).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
  };
}
