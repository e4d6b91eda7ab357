// Collects log lines (bounded per job) and progress of handlers, and writes them in batches.
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import {
  insertLogs,
  updateProgress,
  type LogLevel,
  type NewLogLine,
  type ProgressUpdate,
} from '../../../db/queue/admin-queries/logs.js';
import type { QueueItem } from '../define/queue-item.js';
import { asLogLine } from '../../../base/safe-logger.js';
import { describeThrown, isError, propertyOf } from '../../../base/thrown.js';
import { storable, storableText } from '../../../base/to-json.js';

export interface JobJournal {
  /** Accepts anything as message and data; an error as the message keeps its stack. Never throws. */
  line(item: QueueItem, level: LogLevel, message: unknown, data?: unknown): void;
  progress(item: QueueItem, fraction: unknown, note: unknown): void;
  /** Writes what has been collected; resolves when it is written or abandoned. */
  flush(): Promise<void>;
}

export interface JournalOptions {
  readonly db: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Maximum number of lines of one attempt; further ones are dropped, and the last line says so. Default 1,000. */
  readonly maxLines?: number;
  /** Milliseconds until collected lines are written. Default 200. */
  readonly afterMs?: number;
}

const MAX_MESSAGE = 4_000;
const MAX_DATA = 16_000;
const MAX_BATCH = 1_000;
/** Maximum number of lines that wait for a slow database; further ones are dropped. */
const MAX_WAITING = 20_000;

/** Errors have no JSON representation. */
function errorsAsRecords(_key: string, value: unknown): unknown {
  if (!isError(value)) return value;
  const { name, code, message, stack } = describeThrown(value);
  return { name, ...(code === null ? {} : { code }), message, stack };
}

function dataOf(data: unknown): unknown {
  if (data === undefined) return undefined;
  try {
    const json = storable(JSON.stringify(data, errorsAsRecords) ?? 'null');
    if (json.length > MAX_DATA) return { truncated: storableText(json, MAX_DATA / 2) };
    return JSON.parse(json) as unknown;
  } catch {
    return { unserialisable: true, text: storableText(data, 1_000) };
  }
}

/** SQLSTATE class 22, data exception: such a line will never be accepted. */
const isRefusedData = (error: unknown): boolean => String(propertyOf(error, 'code')).startsWith('22');

export function createJobJournal(options: JournalOptions): JobJournal {
  const { db, logger, clock, maxLines = 1_000, afterMs = 200 } = options;
  const lines: NewLogLine[] = [];
  const counts = new WeakMap<QueueItem, number>();
  const progress = new Map<string, ProgressUpdate>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  /** A line that the database refuses does not affect the others. */
  const insertAll = async (batch: readonly NewLogLine[]): Promise<void> => {
    try {
      await insertLogs(db, batch);
    } catch (error) {
      if (!isRefusedData(error)) throw error;
      if (batch.length === 1) return logger.warn('a job log line was refused', { error: toError(error) });
      const half = batch.length >> 1;
      await insertAll(batch.slice(0, half));
      await insertAll(batch.slice(half));
    }
  };

  const writeAll = async (): Promise<void> => {
    const updates = [...progress.values()];
    progress.clear();
    try {
      if (updates.length > 0) await updateProgress(db, updates);
      while (lines.length > 0) await insertAll(lines.splice(0, MAX_BATCH));
    } catch (error) {
      logger.warn('job logs or progress were not written', { error: toError(error) });
    }
  };

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(writeAll);
    return writing;
  };

  const arm = (): void => {
    timer ??= setTimeout(() => void flush(), afterMs);
  };

  return {
    line(item, level, message, data) {
      const count = (counts.get(item) ?? 0) + 1;
      counts.set(item, count);
      if (count > maxLines || lines.length >= MAX_WAITING) return;
      const last = count === maxLines;
      const said = asLogLine(message, data);
      lines.push({
        job_id: item.id,
        attempt: item.attempt,
        level: last ? 'warn' : level,
        message: last
          ? `log full: lines after the first ${maxLines - 1} were dropped`
          : storableText(said.message, MAX_MESSAGE),
        at: clock.now().toISOString(),
        ...(last || said.data === undefined ? {} : { data: dataOf(said.data) }),
      });
      arm();
    },
    progress(item, fraction, note) {
      if (typeof fraction !== 'number' || Number.isNaN(fraction)) return;
      const within = Math.min(1, Math.max(0, fraction));
      const kept = note === null || note === undefined ? null : storableText(note, 500);
      progress.set(item.id, { id: item.id, token: item.claimToken, progress: within, note: kept });
      arm();
    },
    flush,
  };
}
