// The service that is called, in a process of its own: it answers at once, or after a delay drawn from a distribution.
import { fork } from 'node:child_process';
import { compiled } from './build.js';

/** Milliseconds; log-normal with this median and this value at the 99th percentile. Null: at once. */
export type Latency = { readonly medianMs: number; readonly p99Ms: number } | null;

/** One call: what its body says it was due at, when it came (wall clock), how long its answer was held back; milliseconds. */
export type Arrival = readonly [dueMs: number, cameMs: number, heldMs: number];

export interface ReceiverStats {
  readonly calls: number;
  readonly meanLatencyMs: number;
  /** Calls with an Idempotency-Key that came before. */
  readonly repeats: number;
}

export interface BenchReceiver {
  readonly url: string;
  stats(): Promise<ReceiverStats>;
  /** Each call, in the order in which they came. */
  arrivals(): Promise<readonly Arrival[]>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  readonly latency?: Latency;
  /** Keeps `arrivals`. */
  readonly keepArrivals?: boolean;
}

export async function startBenchReceiver(options: ReceiverOptions = {}): Promise<BenchReceiver> {
  const child = fork(compiled('support/receiver-program.ts'), [JSON.stringify(options)], { execArgv: [] });
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('the receiver has ended'));
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.off('exit', onExit);
        resolve(message as T);
      });
    });
  const ask = <T>(question: string): Promise<T> => {
    const answer = next<T>();
    child.send(question);
    return answer;
  };
  const { url } = await next<{ url: string }>();
  return {
    url,
    stats: () => ask('stats'),
    arrivals: () => ask('arrivals'),
    reset: () => ask('reset'),
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}
