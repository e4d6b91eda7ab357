// The job queue as a source for the drain: what may be claimed, how a job is run, how outcomes are written.
import { randomUUID } from 'node:crypto';
import type { Random } from '../../../base/random.js';
import { SchedulerError, toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import { claimJobs, type ClaimedJobs } from '../../../db/queue/queries/claim-jobs.js';
import { releaseKeys } from '../../../db/queue/queries/insert-jobs.js';
import { forgetClaims, releaseJobs, rescueJobs } from '../../../db/queue/queries/release-jobs.js';
import type { ClaimResult, ExecuteContext, ScheduledSource, Source } from '../../contracts/source.js';
import type { Capacity } from './capacity.js';
import type { ClaimLedger } from './claim-ledger.js';
import type { ClaimWatch } from './claim-watch.js';
import type { Hand } from './hand.js';
import type { CrashGuard } from '../run/crash-guard.js';
import type { JobRegistry } from '../define/define-job.js';
import type { Executor } from '../run/executor.js';
import type { JobOutcome } from '../define/job-outcome.js';
import { cancelled, released } from '../run/judge.js';
import type { LaneBook } from './lane-book.js';
import { toShare, type Lane, type PlannedLane } from './lanes.js';
import { bySlots, planBySlots, type SlotPlan } from './slots.js';
import { toQueueItem, type QueueItem } from '../define/queue-item.js';
import type { UncertainClaims } from './recover-claims.js';
import type { StartTokens } from './start-tokens.js';
import { settleBatches, type SettleDeps } from '../settle/settle-batch.js';
import { shareSettles } from '../settle/shared-settle.js';

export interface QueueSourceDeps {
  readonly db: Database;
  readonly registry: JobRegistry;
  readonly capacity: Capacity;
  readonly hand: Hand;
  readonly watch: ClaimWatch;
  readonly lanes: LaneBook;
  readonly ledger: ClaimLedger;
  readonly uncertain: UncertainClaims;
  readonly tokens: StartTokens;
  readonly execute: Executor;
  readonly guard: CrashGuard;
  readonly settle: SettleDeps;
  readonly random: Random;
  readonly logger: Logger;
  readonly now: () => Date | null;
  /** The id of this instance; null: it is not alive, and claims nothing. */
  readonly instanceId: () => string | null;
  /** Room has become available after a claim found none. */
  readonly onRoom: () => void;
  /** A claim was full: another drain may find work too. */
  readonly onFull: () => void;
}

export interface QueueSource extends Source<QueueItem, JobOutcome>, ScheduledSource {
  /** Whether the last claim left due work because this process had no room, and whether room has become available since. */
  readonly want: 'none' | 'room' | 'served';
  /** Room has become available in this process. */
  roomMade(): void;
  /** There is new work of these types. False: a claim would find no room for any of them, and what makes room calls again. */
  hasRoomFor(types: readonly string[]): boolean;
  /** Jobs claimed by this process since its start. */
  readonly claimed: number;
  /** This claim no longer holds this job: if it is waiting here to be started, it must not be. */
  withdraw(jobId: string, claim: string): void;
}

const NOTHING: ClaimResult<QueueItem> = { items: [], exhausted: true };

export function createQueueSource(deps: QueueSourceDeps): QueueSource {
  const { db, capacity, hand, lanes, ledger, tokens } = deps;
  let want: QueueSource['want'] = 'none';
  let claimed = 0;
  /** Jobs that were cancelled before they started, by claim. */
  const withdrawn = new Map<string, Set<string>>();

  const roomMade = (): void => {
    if (want !== 'room') return;
    want = 'served';
    deps.onRoom();
  };

  const leaveUnstarted = (item: QueueItem): void => {
    if (hand.leave(item) === 'held') tokens.expect(item.type, -1);
  };

  const leaveHand = (item: QueueItem, durationMs: number | null): void => {
    if (hand.leave(item) !== 'left' && durationMs !== null) capacity.observe(item.type, durationMs);
  };

  /** Reserves what the plan takes, within the limits of types and queues and the starts that rate limits allow. */
  const plan = async (due: readonly Lane[], limit: number, room: number): Promise<SlotPlan> => {
    const open = hand.parked === 0 ? due : due.filter(({ bucket }) => !hand.isFull(bucket));
    // reading the rate limits costs a round trip, so types without room are left out
    const full = new Set(open.flatMap(({ type }) => (capacity.free(type) === 0 ? [type] : [])));
    const isShut = (type: string): boolean => full.has(type) || (room === 0 && !capacity.hasOwnSlots(type));
    const types = open.flatMap(({ type }) => (isShut(type) ? [] : [type]));
    const starts = await tokens.available(new Set(types));
    const left = new Map(starts);
    const reserve = (type: string, wanted: number): number => {
      const free = left.get(type) ?? (tokens.isLimited(type) ? 0 : Infinity);
      const granted = capacity.reserve(type, Math.min(wanted, free));
      left.set(type, free - granted);
      tokens.expect(type, granted);
      return granted;
    };
    const { planned, limits } = planBySlots({
      lanes: open,
      limit,
      room,
      reserve,
      random: deps.random,
      hasOwnSlots: capacity.hasOwnSlots,
    });
    // there is work but no room for it: whatever frees room will call again
    if (planned.length === 0 && due.some(({ type }) => !tokens.isClosed(type))) want = 'room';
    // room may have become available during that query
    if ([...full].some((type) => tokens.isLimited(type) && capacity.free(type) > 0)) roomMade();
    return { planned, limits };
  };

  /** Claims what was planned; reserved room that was not used is released in any case. */
  const take = async (instanceId: string, planned: readonly PlannedLane[]): Promise<TakenJobs> => {
    const token = randomUUID();
    const unused = countByType(planned);
    try {
      const request = { lanes: planned.map(toShare), instanceId, token, now: deps.now() };
      const answer = await claimJobs(db, request).catch((error: unknown) => {
        deps.uncertain.add(token);
        throw error;
      });
      const { jobs: rows } = answer;
      if (rows.length > 0) ledger.opened(token, rows.length);
      claimed += rows.length;
      const items = rows.map((row) => toQueueItem(row, laneOf(planned, row.lane), token));
      for (const { type } of items) unused.set(type, (unused.get(type) ?? 0) - 1);
      record(lanes, planned, answer);
      return { items, wasCut: answer.cutTo !== null };
    } finally {
      for (const [type, count] of unused) {
        tokens.expect(type, -count);
        hand.giveBack(type, count);
      }
    }
  };

  const nothing = (): ClaimResult<QueueItem> => {
    deps.watch.cleared();
    return NOTHING;
  };

  const run = (item: QueueItem, context: ExecuteContext): Promise<JobOutcome> => {
    if (withdrawn.size > 0 && withdrawn.get(item.claimToken)?.has(item.id)) {
      leaveHand(item, null);
      return Promise.resolve(cancelled('cancelled before it began', 0));
    }
    return deps.execute(item, context).then((outcome) => {
      // a released or postponed job says little about the duration of such work
      leaveHand(item, outcome.status === 'pending' ? null : outcome.durationMs);
      return outcome;
    });
  };

  const begin = (item: QueueItem, context: ExecuteContext): Promise<JobOutcome> => {
    const { unique_key } = item.extras;
    if (unique_key === null) return run(item, context);
    return freeKeyAtStart(deps, item, unique_key).then(() => run(item, context));
  };

  const settle = shareSettles(async (batches) => {
    const items = batches.flatMap((batch) => batch.map(({ item }) => item));
    const reports = await settleBatches(deps.settle, batches, ledger.spentBy(items));
    for (const token of ledger.closed(items)) withdrawn.delete(token);
    deps.guard.left(items);
    return reports;
  });

  /** Returned to the queue, untouched. */
  const refuse = (item: QueueItem): JobOutcome => {
    leaveHand(item, null);
    return released(0);
  };

  return {
    name: 'queue',
    traceOf: ({ type, extras }) => ({ destination: type, traceparent: extras.trace_context ?? null }),

    async claim({ limit }) {
      want = 'none';
      const instanceId = deps.instanceId();
      if (instanceId === null) return nothing();
      const { lanes: due, fresh } = await lanes.due();
      const { planned, limits } = await plan(due, limit, capacity.room(limit));
      if (planned.length === 0) return nothing();
      deps.watch.begun();
      const { items: taken, wasCut } = await take(instanceId, planned);
      deps.watch.cleared();
      const { items, beside, isFull } = bySlots(taken, limits, capacity.hasOwnSlots);
      if (lanes.anyLeft && (wasCut || isFull)) deps.onFull();
      return { items, beside, exhausted: fresh && !lanes.anyLeft };
    },

    // not an async function: it runs once per job, and its promises would be a large part of the cost of a small job
    execute(item, context) {
      if (capacity.paused(item.type)) {
        leaveUnstarted(item);
        return Promise.resolve(released(0));
      }
      if (!tokens.isLimited(item.type)) return begin(item, context);
      return tokens.draw(item.type).then((granted) => (granted ? begin(item, context) : refuse(item)));
    },

    settle,

    async release(items) {
      items.forEach(leaveUnstarted);
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

    roomMade,

    hasRoomFor(types) {
      // the end of a pause, and of the wait for a rate limit, wakes the drains as well
      const open = types.filter((type) => !capacity.paused(type) && !tokens.isClosed(type));
      const hasSlot = (type: string): boolean => capacity.hasOwnSlots(type) || capacity.room(1) > 0;
      if (open.some((type) => capacity.free(type) > 0 && hasSlot(type))) return true;
      if (open.length > 0 && want === 'none') want = 'room';
      return false;
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

interface TakenJobs {
  readonly items: readonly QueueItem[];
  /** Payloads reached 16 MiB before the plan was fulfilled. */
  readonly wasCut: boolean;
}

function countByType(planned: readonly PlannedLane[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { lane, take } of planned) counts.set(lane.type, (counts.get(lane.type) ?? 0) + take);
  return counts;
}

function laneOf(planned: readonly PlannedLane[], place: number): Lane {
  const entry = planned[place - 1];
  if (entry === undefined) throw new SchedulerError('INTERNAL', 'a claim returned a lane that was not requested');
  return entry.lane;
}

/** A lane that returned fewer jobs than requested has no more; a claim that was cut short requested fewer than planned. */
function record(lanes: LaneBook, planned: readonly PlannedLane[], { jobs, floors, cutTo }: ClaimedJobs): void {
  const got = planned.map(() => 0);
  for (const { lane } of jobs) got[lane - 1] = (got[lane - 1] ?? 0) + 1;
  planned.forEach(({ lane, take }, index) => {
    lanes.record(lane, cutTo?.[index] ?? take, got[index] ?? 0, floors[index + 1] ?? null);
  });
}

/** Releases the key of a job that is unique only while it waits. If that fails, the key is released when the job ends. */
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
