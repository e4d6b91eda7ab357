// The worker as a service: started with its LISTEN connection, stopped within the grace period.
import { startTimer } from '../../../base/timing/long-timer.js';
import type { Service } from '../../../base/service.js';
import type { DrainReport } from '../../work/drain-options.js';
import { checkWorkOnce } from './work-options.js';
import type { Housekeeping } from './housekeeping.js';
import type { JobJournal } from '../run/job-journal.js';
import type { Announcer, QueueListener } from '../wake/queue-channel.js';
import type { RunningJobs } from '../run/running-jobs.js';
import type { StatsBook } from '../settle/stats-book.js';
import type { QueueWorker, WorkOnceOptions } from './worker.js';

/** The worker's interface for hosts. */
export interface JobWorker {
  /** Runs jobs until none is due. Rejects with INVALID_INPUT for invalid options; failures are in the report. */
  workOnce(options: WorkOnceOptions): Promise<DrainReport>;
  /** Writes pending logs, progress and statistics. */
  flush(): Promise<void>;
  readonly running: boolean;
  /** False while claims keep failing, whatever the reason. */
  readonly healthy: boolean;
  /** Jobs that are running. */
  readonly inFlight: number;
  /** Part of them: those that take one of the worker's slots. */
  readonly slotsInUse: number;
}

export interface QueueService extends JobWorker, Service {
  /** Only the periodic tasks: for a process that enqueues and administers jobs but does not run any. */
  startHousekeeping(): Promise<void>;
  /** Running work gets `graceMs` to end; then its signal aborts and its claims are released. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

export interface QueueServiceDeps {
  readonly drains: QueueWorker;
  readonly listener: QueueListener | undefined;
  readonly housekeeping: Housekeeping;
  readonly journal: JobJournal;
  readonly stats: StatsBook;
  readonly announcer: Announcer;
  readonly running: RunningJobs;
}

export function createQueueService(deps: QueueServiceDeps): QueueService {
  const { drains, listener, housekeeping, journal, stats, announcer } = deps;
  const flush = async (): Promise<void> => {
    await journal.flush();
    await stats.flush();
  };
  let started = false;
  let stops = 0;
  /** False if a stop came first. */
  const startHousekeeping = async (): Promise<boolean> => {
    const before = stops;
    await housekeeping.readSettings();
    if (stops !== before) return false;
    housekeeping.start();
    return true;
  };

  return {
    name: 'queue',
    async startHousekeeping() {
      await startHousekeeping();
    },
    async start() {
      if (started) return;
      started = true;
      if (!(await startHousekeeping())) return;
      listener?.start();
      await drains.start();
    },
    async stop({ graceMs = 30_000 } = {}) {
      stops += 1;
      const force = startTimer(() => drains.abort(), graceMs);
      try {
        await drains.stop();
      } finally {
        force.stop();
        housekeeping.stop();
      }
      if (started) await listener?.stop();
      started = false;
      await announcer.close();
      await flush();
    },
    async workOnce(options): Promise<DrainReport> {
      checkWorkOnce(options);
      await housekeeping.readSettings();
      const report = await drains.workOnce(options);
      await flush();
      return report;
    },
    flush,
    get running() {
      return drains.running;
    },
    get healthy() {
      return drains.healthy;
    },
    get inFlight() {
      return deps.running.size;
    },
    get slotsInUse() {
      return drains.inUse;
    },
  };
}
