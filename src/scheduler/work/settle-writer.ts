// Writes outcomes in batches, by size or after some milliseconds, while work continues.
import type { Clock } from '../../base/clock.js';
import type { SchedulerError } from '../../base/errors.js';
import type { Random } from '../../base/random.js';
import { sleep } from '../../base/timing/sleep.js';
import { databaseFault, isBadValue } from './database-faults.js';
import type { Outcome } from '../contracts/outcome.js';
import { retryDelayMs } from './retry-policy.js';
import type { Claimed, SettleReport, Settlement, Source } from '../contracts/source.js';

export interface SettleWriterOptions {
  /** A batch is written as soon as it has this size. */
  readonly batchSize: number;
  /** No outcome waits longer than this for its batch. */
  readonly afterMs: number;
  /** How long a failing write is retried; three seconds once `hurry` is aborted. */
  readonly patienceMs: number;
  readonly hurry: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  onReport(report: SettleReport): void;
  /** The database could not be reached for too long, or refuses an item: `unsettled` claims are left unchanged. */
  onFailure(error: SchedulerError): void;
}

export interface SettleWriter<I extends Claimed, O extends Outcome> {
  /** Outcomes that wait to be written. */
  readonly backlog: number;
  /** Claims that could be neither settled nor released. */
  readonly unsettled: number;
  /** Claims released. */
  readonly released: number;
  settle(item: I, outcome: O): void;
  release(items: readonly I[]): void;
  /** Writes the rest and resolves when everything is written or abandoned; never rejects. */
  close(): Promise<void>;
}

const MAX_STATEMENT = 1_000;
const HURRY_MS = 3_000;
const RETRY = { baseMs: 50, maxMs: 2_000 } as const;

export function createSettleWriter<I extends Claimed, O extends Outcome>(
  source: Pick<Source<I, O>, 'settle' | 'release'>,
  options: SettleWriterOptions,
): SettleWriter<I, O> {
  const pending: Settlement<I, O>[] = [];
  let toRelease: I[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let closing = false;
  let failed = false;
  let unsettled = 0;
  let released = 0;

  const giveUp = (count: number, error: SchedulerError): void => {
    unsettled += count;
    options.onFailure(error);
  };

  /** Retries until it works, or throws the last error when the time is over or the values are at fault. */
  const insist = async <T>(write: () => Promise<T>): Promise<T> => {
    const since = options.clock.monotonicMs();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await write();
      } catch (error) {
        const patience = options.hurry.aborted ? HURRY_MS : options.patienceMs;
        if (failed || isBadValue(error) || options.clock.monotonicMs() - since >= patience) throw error;
        await sleep(retryDelayMs({ ...RETRY, attempt, random: options.random }));
      }
    }
  };

  const writeBatch = async (batch: readonly Settlement<I, O>[]): Promise<void> => {
    let report: SettleReport;
    try {
      report = await insist(() => source.settle(batch));
    } catch (error) {
      if (isBadValue(error) && batch.length > 1) {
        const half = batch.length >> 1;
        await writeBatch(batch.slice(0, half));
        return writeBatch(batch.slice(half));
      }
      failed = failed || !isBadValue(error);
      return giveUp(batch.length, databaseFault(`could not settle ${batch.length} item(s)`, error));
    }
    options.onReport(report);
  };

  const writeReleases = async (items: readonly I[]): Promise<void> => {
    try {
      await insist(() => source.release(items));
      released += items.length;
    } catch (error) {
      failed = true;
      giveUp(items.length, databaseFault(`could not release ${items.length} claim(s)`, error));
    }
  };

  const writeAll = async (): Promise<void> => {
    while (toRelease.length > 0 || pending.length >= options.batchSize || (pending.length > 0 && (closing || !timer))) {
      if (toRelease.length > 0) {
        const items = toRelease;
        toRelease = [];
        await writeReleases(items);
      } else {
        disarm();
        await writeBatch(pending.splice(0, MAX_STATEMENT));
        if (pending.length > 0) arm();
      }
    }
  };

  const kick = (): void => {
    writing ??= writeAll()
      .catch((error: unknown) => giveUp(0, databaseFault('the report of a settled batch was not taken', error)))
      .finally(() => {
        writing = undefined;
        if (pending.length > 0 || toRelease.length > 0) arm();
      });
  };

  const arm = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      kick();
    }, options.afterMs);
  };

  const disarm = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };

  return {
    get backlog() {
      return pending.length;
    },
    get unsettled() {
      return unsettled;
    },
    get released() {
      return released;
    },
    settle(item, outcome) {
      pending.push({ item, outcome });
      if (pending.length >= options.batchSize) kick();
      else if (timer === undefined) arm();
    },
    release(items) {
      if (items.length === 0) return;
      toRelease.push(...items);
      kick();
    },
    async close() {
      closing = true;
      while (writing !== undefined || pending.length > 0 || toRelease.length > 0) {
        kick();
        await writing;
      }
      disarm();
    },
  };
}
