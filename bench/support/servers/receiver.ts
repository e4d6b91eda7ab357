// Starts the receiver in its own process. It responds at once, or after a random delay with a given distribution.
import { fork } from 'node:child_process';
import { compiled } from '../programs/build.js';

/** In milliseconds: log-normally distributed with this median and this 99th percentile. Null: no delay. */
export type Latency = { readonly medianMs: number; readonly p99Ms: number } | null;

/** One call, in milliseconds: its due time (from its body), its time of arrival, and the delay of its response. */
export type Arrival = readonly [dueMs: number, cameMs: number, heldMs: number];

export interface ReceiverStats {
  readonly calls: number;
  readonly meanLatencyMs: number;
  /** Calls with an Idempotency-Key that was received before. */
  readonly repeats: number;
}

export interface BenchReceiver {
  readonly url: string;
  stats(): Promise<ReceiverStats>;
  /** All calls, in the order of their arrival. */
  arrivals(): Promise<readonly Arrival[]>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  readonly latency?: Latency;
  /** Records `arrivals`. */
  readonly keepArrivals?: boolean;
}

export async function startBenchReceiver(options: ReceiverOptions = {}): Promise<BenchReceiver> {
  const child = fork(compiled('support/servers/receiver-program.ts'), [JSON.stringify(options)], { execArgv: [] });
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('the receiver exited'));
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
