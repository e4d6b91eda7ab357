// The job queue as a source for the drain: what may be claimed now, how one job is run, how ends are written.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../base/clock.js';
import type { Random } from '../../../base/random.js';
import { SchedulerError, toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import { claimJobs } from '../../../db/queue/queries/claim-jobs.js';
import { releaseKeys } from '../../../db/queue/queries/insert-jobs.js';
import { forgetClaims, releaseJobs, rescueJobs } from '../../../db/queue/queries/release-jobs.js';
import type { ClaimedJobRow } from '../../../db/queue/queries/rows.js';
import type { ClaimResult, ScheduledSource, Source } from '../../contracts/source.js';
import type { Capacity } from './capacity.js';
import type { ClaimLedger } from './claim-ledger.js';
import type { CrashGuard } from '../run/crash-guard.js';
import type { JobRegistry } from '../define/define-job.js';
import type { Executor } from '../run/executor.js';
import type { JobOutcome } from '../define/job-outcome.js';
import { cancelled } from '../run/judge.js';
import type { LaneBook } from './lane-book.js';
import { planClaim, toShare, type Lane, type PlannedLane } from './lanes.js';
import { toQueueItem, type QueueItem } from '../define/queue-item.js';
import type { UncertainClaims } from './recover-claims.js';
import type { RateLimiter } from './rate-limiter.js';
import { countByType, returnTokens, withinRates, type RatedPlan } from './rate-plan.js';
import { settleBatch, type SettleDeps } from '../settle/settle-batch.js';

export interface QueueSourceDeps {
  readonly db: Database;
  readonly registry: JobRegistry;
  readonly capacity: Capacity;
  readonly lanes: LaneBook;
  readonly ledger: ClaimLedger;
  readonly uncertain: UncertainClaims;
  readonly rates: RateLimiter;
  readonly execute: Executor;
  readonly guard: CrashGuard;
  readonly settle: SettleDeps;
  readonly random: Random;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly now: () => Date | null;
  /** The id under which this process lives; null: it does not, and claims nothing. */
  readonly instanceId: () => string | null;
  /** Room was made after a claim had found none. */
  readonly onRoom: () => void;
  /** A rate limit was met: starts may be had again after so many milliseconds. */
  readonly onRateLimited: (pauseMs: number) => void;
  /** A claim was full: another drain may find work too. */
  readonly onFull: () => void;
}

export interface QueueSource extends Source<QueueItem, JobOutcome>, ScheduledSource {
  /** Whether the last claim left due work for want of room in this process, and whether room was made since. */
  readonly want: 'none' | 'room' | 'served';
  /** Jobs claimed by this process since its start. */
  readonly claimed: number;
  /** This job is not this claim's any more: should it wait here to be begun, it is not. */
  withdraw(jobId: string, claim: string): void;
}

const NOTHING: ClaimResult<QueueItem> = { items: [], exhausted: true };

export function createQueueSource(deps: QueueSourceDeps): QueueSource {
  const { db, capacity, lanes, ledger, clock } = deps;
  let want: QueueSource['want'] = 'none';
  let claimed = 0;
  /** Jobs by claim that were cancelled before they began. */
  const withdrawn = new Map<string, Set<string>>();
  /** Types whose rate limit was met. */
  const closedUntil = new Map<string, number>();

  const giveBack = (type: string, count: number): void => {
    if (count === 0) return;
    capacity.giveBack(type, count);
    if (want !== 'room') return;
    want = 'served';
    deps.onRoom();
  };

  const leaveHand = (item: QueueItem, durationMs: number | null): void => {
    if (!item.inHand) return;
    item.inHand = false;
    if (durationMs !== null) capacity.observe(durationMs);
    giveBack(item.type, 1);
  };

  const isClosed = (type: string): boolean => (closedUntil.get(type) ?? -Infinity) > clock.monotonicMs();

  const reserve = (type: string, wanted: number): number => (isClosed(type) ? 0 : capacity.reserve(type, wanted));

  /** Plans again when rate limits left nothing of the first plan: what they hold back must not hold others up. */
  const plan = async (due: readonly Lane[], room: number): Promise<RatedPlan> => {
    for (;;) {
      const wished = planClaim({ lanes: due, limit: room, reserve, random: deps.random });
      if (wished.length === 0) {
        // there is work, but no room for it: whoever makes room calls again
        if (due.some((lane) => !isClosed(lane.type))) want = 'room';
        return { planned: [], drawn: new Map() };
      }
      const rated = await withinRates(deps, wished, giveBack, (type, pauseMs) => {
        closedUntil.set(type, clock.monotonicMs() + pauseMs);
        deps.onRateLimited(pauseMs);
      });
      if (rated.planned.length > 0) return rated;
    }
  };

  /** Claims what was planned; room that was reserved and not used is given back, whatever happens. */
  const take = async (instanceId: string, planned: readonly PlannedLane[]): Promise<readonly QueueItem[]> => {
    const token = randomUUID();
    const unused = countByType(planned);
    try {
      const request = { lanes: planned.map(toShare), instanceId, token, now: deps.now() };
      const { jobs: rows, floors } = await claimJobs(db, request).catch((error: unknown) => {
        deps.uncertain.add(token);
        throw error;
      });
      if (rows.length > 0) ledger.opened(token, rows.length);
      claimed += rows.length;
      const items = rows.map((row) => toQueueItem(row, typeOfLane(planned, row.lane), token));
      for (const { type } of items) unused.set(type, (unused.get(type) ?? 0) - 1);
      record(lanes, planned, rows, floors);
      return items;
    } finally {
      for (const [type, count] of unused) giveBack(type, count);
    }
  };

  return {
    name: 'queue',

    async claim({ limit }) {
      want = 'none';
      const instanceId = deps.instanceId();
      if (instanceId === null) return NOTHING;
      const { lanes: due, fresh } = await lanes.due();
      const room = capacity.room(limit);
      const { planned, drawn } = await plan(due, room);
      if (planned.length === 0) return NOTHING;
      const items = await take(instanceId, planned);
      // the jobs are in hand already: tokens that are lost only slow their type down
      await returnTokens(deps, drawn, items).catch((error: unknown) => {
        deps.logger.warn('tokens of a rate limit could not be given back', { error: toError(error) });
      });
      if (lanes.anyLeft && items.length >= room) deps.onFull();
      return { items, exhausted: fresh && !lanes.anyLeft };
    },

    // not an async function: it runs once per job, and its promises would be a good part of what a small job costs
    execute(item, context) {
      const { unique_key } = item.extras;
      const run = (): Promise<JobOutcome> => {
        if (withdrawn.size > 0 && withdrawn.get(item.claimToken)?.has(item.id)) {
          leaveHand(item, null);
          return Promise.resolve(cancelled('cancelled before it began', 0));
        }
        return deps.execute(item, context).then((outcome) => {
          // given back or put off, it says little about how long such work takes
          leaveHand(item, outcome.status === 'pending' ? null : outcome.durationMs);
          return outcome;
        });
      };
      return unique_key === null ? run() : freeKeyAtStart(deps, item, unique_key).then(run);
    },

    async settle(batch) {
      const items = batch.map(({ item }) => item);
      const report = await settleBatch(deps.settle, batch, ledger.spentBy(items));
      for (const token of ledger.closed(items)) withdrawn.delete(token);
      deps.guard.left(items);
      return report;
    },

    async release(items) {
      for (const item of items) leaveHand(item, null);
      await releaseJobs(
        db,
        items.map((item) => item.id),
        items.map((item) => item.claimToken),
      );
      deps.guard.left(items);
      const spent = ledger.closed(items);
      for (const token of spent) withdrawn.delete(token);
      if (spent.length > 0) await forgetClaims(db, spent);
      lanes.stale();
    },

    withdraw(jobId, claim) {
      if (!ledger.has(claim)) return;
      withdrawn.set(claim, (withdrawn.get(claim) ?? new Set()).add(jobId));
    },

    nextDueInMs: async () => (await lanes.scan()).nextInMs,

    rescue: (tx, goneInstances) => rescueJobs(tx, goneInstances),

    get want() {
      return want;
    },
    get claimed() {
      return claimed;
    },
  };
}

function typeOfLane(planned: readonly PlannedLane[], lane: number): string {
  const entry = planned[lane - 1];
  if (entry === undefined) throw new SchedulerError('INTERNAL', 'a claim answered a lane that was not asked for');
  return entry.lane.type;
}

function record(
  lanes: LaneBook,
  planned: readonly PlannedLane[],
  rows: readonly ClaimedJobRow[],
  floors: Readonly<Record<number, number>>,
): void {
  const got = planned.map(() => 0);
  for (const { lane } of rows) got[lane - 1] = (got[lane - 1] ?? 0) + 1;
  planned.forEach(({ lane, take }, index) => lanes.record(lane, take, got[index] ?? 0, floors[index + 1] ?? null));
}

/** Frees the key of a job that is only unique while it waits. Should that fail, the key goes with the job's end. */
async function freeKeyAtStart(
  { db, registry, logger }: QueueSourceDeps,
  { id, type }: QueueItem,
  key: string,
): Promise<void> {
  if (registry.get(type)?.uniqueUntil !== 'started') return;
  await releaseKeys(db, [key], [id]).catch((error: unknown) => {
    logger.warn('a unique key is held until its job ends', { job_id: id, error: toError(error) });
  });
}
