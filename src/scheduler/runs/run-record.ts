// The row of a run during the run: written at the start or at the first count, updated at most once a second, ended once.
import { randomUUID } from 'node:crypto';
import { toError } from '../../base/errors.js';
import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import { sleep } from '../../base/timing/sleep.js';
import type { Database } from '../../db/database.js';
import { findRun } from '../../db/engine/queries/runs/run-history.js';
import {
  finishRun,
  insertRun,
  saveProgress,
  type NewRun,
  type RunEnd,
  type RunRow,
} from '../../db/engine/queries/runs/runs.js';
import type { Run } from '../contracts/run.js';
import { runOf } from '../records/run-view.js';
import type { Tally } from './tally.js';
import { within } from '../../base/timing/within.js';

export interface RunRecord {
  readonly id: string;
  /** The current run with its counts; null while nothing has been written. */
  view(): Run | null;
  /** Something was counted and will be written soon. */
  touch(): void;
  /** Ends it. Null: it never had a row and needs none, or it no longer belongs to this instance. Never rejects. */
  finish(end: Omit<RunEnd, 'now'>): Promise<Run | null>;
  /** Stops writing; a rescue ends the run, or has ended it. Returns its counts on this instance, including lost items; null: none. */
  abandon(error: string): Promise<Run | null>;
}

export interface RunRecordOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly tally: Tally;
  readonly run: Omit<NewRun, 'id' | 'now'>;
  /** The row, if it exists already; otherwise it is written when something is counted. */
  readonly row: RunRow | null;
  /** Aborts when this instance's life is over: then nothing is written. */
  readonly life: AbortSignal;
  readonly onOpened: (run: Run) => void;
  readonly onProgress: (run: Run) => void;
  readonly saveEveryMs?: number;
}

const FINISH_PATIENCE_MS = 30_000;
const WRITE_LIMIT_MS = 15_000;

export function createRunRecord(options: RunRecordOptions): RunRecord {
  const { database, logger, clock, tally, life, saveEveryMs = 1_000 } = options;
  const id = options.row?.id ?? randomUUID();
  const beganMs = clock.monotonicMs();
  const unwritten = rowOf(id, options.run, clock.now());
  let row = options.row;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let ended = false;
  let dirty = false;

  const viewOf = (shown: RunRow): Run => {
    const { samples, ...numbers } = tally.numbers();
    return { ...runOf(shown), ...numbers, errors: samples };
  };
  const view = (): Run | null => row && viewOf(row);

  async function open(): Promise<void> {
    row ??= await insertRun(database, { ...options.run, id, now: options.now() });
    const run = view();
    if (run) options.onOpened(run);
  }

  async function save(): Promise<void> {
    if (!row) await open();
    if (!row || !(await saveProgress(database, id, options.run.instanceId, tally.numbers()))) return;
    options.onProgress(view()!);
  }

  async function write(): Promise<void> {
    try {
      await within(WRITE_LIMIT_MS, save(), 'saving progress');
    } catch (error) {
      logger.warn('progress could not be saved', { run_id: id, error: toError(error) });
    }
  }

  async function writeEnd(end: Omit<RunEnd, 'now'>): Promise<Run | null> {
    if (!row) await open();
    const how = { ...end, now: options.now() };
    const done = row && (await finishRun(database, id, options.run.instanceId, tally.numbers(), how));
    return done ? runOf(done) : endedBefore(end);
  }

  /** The response to an earlier attempt may have been lost. */
  async function endedBefore({ status }: Pick<RunEnd, 'status'>): Promise<Run | null> {
    const found = row && (await findRun(database, id));
    return found?.status === status && found.instance_id === options.run.instanceId ? runOf(found) : null;
  }

  async function finishPatiently(end: Omit<RunEnd, 'now'>): Promise<Run | null> {
    const until = clock.monotonicMs() + FINISH_PATIENCE_MS;
    for (let wait = 50; !life.aborted; wait = Math.min(wait * 2, 2_000)) {
      try {
        return await within(WRITE_LIMIT_MS, writeEnd(end), 'the end of a run');
      } catch (error) {
        logger.warn('the end of a run could not be recorded', { run_id: id, error: toError(error) });
        if (clock.monotonicMs() + wait > until) break;
        await sleep(wait, life);
      }
    }
    return null;
  }

  function touch(): void {
    dirty = true;
    if (ended || timer) return;
    // the first one at once, so that a run is visible as soon as it has counts
    timer = setTimeout(startSaving, row ? saveEveryMs : 0);
  }

  function startSaving(): void {
    dirty = false;
    writing = write().finally(() => {
      timer = null;
      if (dirty) touch();
    });
  }

  const stopWriting = async (): Promise<void> => {
    ended = true;
    if (timer) clearTimeout(timer);
    await writing;
  };

  return {
    id,
    view,
    touch,
    finish: async (end) => {
      await stopWriting();
      if (!row && tally.empty() && end.status === 'completed') return null;
      return finishPatiently(end);
    },
    abandon: async (error) => {
      await stopWriting();
      if (!row && tally.empty()) return null;
      const run = view() ?? viewOf(unwritten);
      const finishedAt = new Date(run.startedAt.getTime() + clock.monotonicMs() - beganMs);
      return { ...run, finishedAt, status: 'abandoned', error };
    },
  };
}

/** Creates the row of a run that has none. */
const rowOf = (id: string, run: Omit<NewRun, 'id' | 'now'>, startedAt: Date): RunRow => ({
  id,
  process: run.process,
  slot: run.slot,
  trigger: run.trigger,
  triggered_by: run.triggeredBy,
  instance_id: run.instanceId,
  status: 'running',
  started_at: startedAt,
  finished_at: null,
  counts: {},
  progress: null,
  error: null,
  stopped_early: false,
  samples: [],
  error_groups: {},
  input: run.input ?? null,
  parent_id: run.parentId ?? null,
});
