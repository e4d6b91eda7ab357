// What handlers say while they work, gathered and written in batches: log lines (bounded per job) and progress.
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import {
  insertLogs,
  updateProgress,
  type NewLogLine,
  type ProgressUpdate,
} from '../../../db/queue/admin-queries/logs.js';
import type { QueueItem } from '../define/queue-item.js';
import { storable, storableText, toJson } from '../../../base/to-json.js';

export interface JobJournal {
  line(item: QueueItem, level: NewLogLine['level'], message: string, data?: unknown): void;
  progress(item: QueueItem, fraction: number, note: string | null): void;
  /** Writes what is gathered; resolves when it is written or given up. */
  flush(): Promise<void>;
}

export interface JournalOptions {
  readonly db: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Lines kept of one attempt; what comes after is dropped, and the last line says so. Default 1,000. */
  readonly maxLines?: number;
  /** Milliseconds until gathered lines are written. Default 200. */
  readonly afterMs?: number;
}

const MAX_MESSAGE = 4_000;
const MAX_DATA = 16_000;
const MAX_BATCH = 1_000;
/** Lines that may wait for a slow database; beyond, they are dropped. */
const MAX_WAITING = 20_000;

function dataOf(data: unknown): unknown {
  if (data === undefined) return undefined;
  try {
    const json = storable(toJson(data) ?? 'null');
    if (json.length > MAX_DATA) return { truncated: json.slice(0, MAX_DATA / 2).toString() };
    return JSON.parse(json) as unknown;
  } catch {
    return { unserialisable: true };
  }
}

export function createJobJournal(options: JournalOptions): JobJournal {
  const { db, logger, clock, maxLines = 1_000, afterMs = 200 } = options;
  const lines: NewLogLine[] = [];
  const counts = new WeakMap<QueueItem, number>();
  const progress = new Map<string, ProgressUpdate>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const writeAll = async (): Promise<void> => {
    const updates = [...progress.values()];
    progress.clear();
    try {
      if (updates.length > 0) await updateProgress(db, updates);
      while (lines.length > 0) await insertLogs(db, lines.splice(0, MAX_BATCH));
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
      lines.push({
        job_id: item.id,
        attempt: item.attempt,
        level: last ? 'warn' : level,
        message: last
          ? `log full: lines after the first ${maxLines - 1} were dropped`
          : storableText(message, MAX_MESSAGE),
        at: clock.now().toISOString(),
        ...(last || data === undefined ? {} : { data: dataOf(data) }),
      });
      arm();
    },
    progress(item, fraction, note) {
      const within = Math.min(1, Math.max(0, fraction));
      if (Number.isNaN(within)) return;
      const kept = note === null ? null : storableText(note, 500);
      progress.set(item.id, { id: item.id, token: item.claimToken, progress: within, note: kept });
      arm();
    },
    flush,
  };
}
