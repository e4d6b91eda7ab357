// Small batches of several drains are written together: each statement costs a round trip and waits for the disk.
import type { SettleReport } from '../../contracts/source.js';
import type { QueueSettlement } from './settle-batch.js';

type Batch = readonly QueueSettlement[];
/** Writes batches together and reports on each, in their order. */
export type SettleTogether = (batches: readonly Batch[]) => Promise<readonly SettleReport[]>;

interface Call {
  readonly batch: Batch;
  readonly resolve: (report: SettleReport) => void;
  readonly reject: (error: unknown) => void;
}

/** From this size on, a batch is worth its own statement. */
const LARGE = 100;

/**
 * Settles one batch; batches that arrive in the same turn, or while a statement is running, share the next one. If that fails, each of its
 * batches is written separately, so that none fails because of another.
 */
export function shareSettles(together: SettleTogether): (batch: Batch) => Promise<SettleReport> {
  let waiting: Call[] = [];
  let busy = false;

  const alone = async ({ batch, resolve, reject }: Call): Promise<void> => {
    try {
      resolve((await together([batch]))[0] as SettleReport);
    } catch (error) {
      reject(error);
    }
  };

  const write = async (calls: readonly Call[]): Promise<void> => {
    try {
      const reports = await together(calls.map(({ batch }) => batch));
      calls.forEach(({ resolve }, index) => resolve(reports[index] as SettleReport));
    } catch (error) {
      if (calls.length === 1) return calls[0]?.reject(error);
      for (const call of calls) await alone(call);
    }
  };

  const run = async (): Promise<void> => {
    // timers of several drains end in one turn
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const calls = waiting;
      waiting = [];
      await write(calls);
    }
    busy = false;
  };

  return (batch) =>
    new Promise((resolve, reject) => {
      const call = { batch, resolve, reject };
      if (batch.length >= LARGE) return void alone(call);
      waiting.push(call);
      if (busy) return;
      busy = true;
      void run();
    });
}
