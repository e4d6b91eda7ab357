// What the tests of the drain loop share: a drain over a memory source, with its signals at hand.
import { systemClock } from '../../../src/base/clock.js';
import { createConcurrencyLimit } from '../../../src/scheduler/work/concurrency-limit.js';
import { drain } from '../../../src/scheduler/work/drain.js';
import type { DrainOptions, DrainReport } from '../../../src/scheduler/work/drain-options.js';
import type { MemorySource } from './memory-source.js';

export interface StartedDrain {
  readonly report: Promise<DrainReport>;
  readonly abort: AbortController;
  readonly close: AbortController;
}

/** Five at a time, chunks of ten, unless said otherwise. */
export function startDrain(source: MemorySource, options: Partial<DrainOptions> = {}): StartedDrain {
  const abort = new AbortController();
  const close = new AbortController();
  const report = drain(source, {
    runId: 'run',
    signal: abort.signal,
    closing: close.signal,
    parallel: createConcurrencyLimit(5),
    chunkSize: 10,
    clock: systemClock,
    ...options,
  });
  return { report, abort, close };
}

/** Lets everything that is ready run. */
export const settleDown = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
