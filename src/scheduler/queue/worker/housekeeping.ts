// Periodic tasks, whether this process runs jobs or not: lost claims are noticed, settings reloaded, statistics written, and old jobs
// deleted.
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import { findLostClaims } from '../../../db/queue/admin-queries/logs.js';
import { listQueues } from '../../../db/queue/admin-queries/queues.js';
import { rescueJobs, shortenClaims } from '../../../db/queue/queries/release-jobs.js';
import {
  deleteOldJobs,
  deleteOldKeysAndStats,
  type RetentionTimes,
} from '../../../db/queue/admin-queries/retention.js';
import type { Capacity } from '../claim/capacity.js';
import type { LaneBook } from '../claim/lane-book.js';
import type { EndListener } from '../settle/end-effects.js';
import { updateJobZones } from '../recurring/zone-update.js';
import { JobAborted, type RunningJobs } from '../run/running-jobs.js';
import type { StatsBook } from '../settle/stats-book.js';

export interface HousekeepingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly running: RunningJobs;
  readonly capacity: Capacity;
  readonly lanes: LaneBook;
  readonly stats: StatsBook;
  readonly retention: RetentionTimes;
  readonly statsDays: number;
  /** The id of this instance; null: it is not alive. */
  readonly instanceId: () => string | null;
  readonly listeners: readonly EndListener[];
  readonly now: () => Date | null;
  readonly everyMs: number;
}

export interface Housekeeping {
  /** Runs the tasks periodically. May be called more than once. */
  start(): void;
  stop(): void;
  /** Reloads what operators may have changed: queues, and the settings of listeners. */
  readSettings(): Promise<void>;
  /** Reloads the settings of listeners, before a job is ended by a process that may have missed a change. */
  prepareListeners(): Promise<void>;
  /** Aborts jobs whose claim is no longer ours. */
  noticeLostClaims(olderThanMs?: number): Promise<void>;
}

const EVERY_MS = {
  queues: 10_000,
  lost: 2_000,
  stats: 5_000,
  listeners: 30_000,
  claims: 10_000,
  orphans: 30_000,
  retention: 60_000,
} as const;
const LONG_CLAIM = 32;
const BATCH = 1_000;
/** Batches per round; the rest waits for the next one. */
const MAX_BATCHES = 50;

export function createHousekeeping(deps: HousekeepingDeps): Housekeeping {
  const { db, clock, logger, running } = deps;
  const doneAt = new Map<string, number>();
  const reported = { life: '', types: new Set<string>() };
  let timer: NodeJS.Timeout | undefined;
  let zonesDone = false;

  const isDue = (what: keyof typeof EVERY_MS): boolean => {
    const now = clock.monotonicMs();
    if (now - (doneAt.get(what) ?? -Infinity) < EVERY_MS[what]) return false;
    doneAt.set(what, now);
    return true;
  };

  const readQueues = async (): Promise<void> => {
    deps.capacity.setQueues(await listQueues(db));
    deps.lanes.stale(); // a queue that was paused or resumed has other lanes
  };

  const prepareListeners = async (): Promise<void> => {
    for (const listener of deps.listeners) await listener.prepare?.();
  };

  const noticeLostClaims = async (olderThanMs = EVERY_MS.lost): Promise<void> => {
    const old = running.since(clock.monotonicMs() - olderThanMs);
    if (old.length === 0) return;
    const ids = old.map((job) => job.item.id);
    const lost = await findLostClaims(
      db,
      ids,
      old.map((job) => job.item.claimToken),
    );
    for (const { id, status } of lost) {
      const why = status === 'cancelled' ? 'cancelled' : 'lost';
      running.get(id)?.abort(new JobAborted(why, why === 'cancelled' ? 'the job was cancelled' : 'the claim was lost'));
    }
  };

  const deleteOld = async (): Promise<void> => {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      if ((await deleteOldJobs(db, deps.retention, BATCH)) < BATCH) break;
    }
    await deleteOldKeysAndStats(db, deps.statsDays);
    for (const listener of deps.listeners) await listener.tidy?.();
  };

  const shortenOwnClaims = async (): Promise<void> => {
    const instanceId = deps.instanceId();
    if (instanceId === null || running.size === 0) return;
    await shortenClaims(db, instanceId, { olderThanS: EVERY_MS.claims / 1_000, longerThan: LONG_CLAIM });
  };

  /** Logged once per type and instance: such jobs come and go with the instances that know them. */
  const reportUnknown = (): void => {
    const life = deps.instanceId() ?? reported.life;
    if (life !== reported.life) reported.types.clear();
    reported.life = life;
    const types = deps.lanes.unknownTypes.filter((type) => !reported.types.has(type));
    if (types.length === 0) return;
    types.forEach((type) => reported.types.add(type));
    logger.warn('due jobs of types that this instance does not know are left for others', { types });
  };

  const updateZones = async (): Promise<void> => {
    const moved = await updateJobZones({ db, now: deps.now });
    zonesDone = true;
    if (moved > 0) logger.info('recurring jobs follow a new time zone database', { moved });
  };

  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      logger.warn('queue housekeeping failed, the next round retries it', { what, error: toError(error) });
    }
  };

  /** Runs the tasks that are due, each at its own interval. Never rejects. */
  const tick = async (): Promise<void> => {
    reportUnknown();
    if (isDue('lost')) await attempt('lost claims', () => noticeLostClaims());
    if (isDue('queues')) await attempt('queues', readQueues);
    if (isDue('listeners')) await attempt('listeners', prepareListeners);
    if (isDue('stats')) await attempt('statistics', () => deps.stats.flush());
    if (isDue('claims')) await attempt('long claims', shortenOwnClaims);
    if (isDue('orphans')) await attempt('orphaned claims', () => rescueJobs(db, []));
    if (isDue('retention')) await attempt('retention', deleteOld);
    if (!zonesDone) await attempt('time zones', updateZones);
  };

  return {
    start() {
      timer ??= setInterval(() => void tick(), deps.everyMs);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
    prepareListeners,
    async readSettings() {
      await readQueues();
      await prepareListeners();
    },
    noticeLostClaims,
  };
}
