// Subscriptions as a source of work for the drain: claim and plan, execute, settle, release.
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import type { Db } from '../../db/database.js';
import { applyMisfirePlans } from '../../db/subscriptions/settle/apply-misfires.js';
import type { ClaimedRow } from '../../db/subscriptions/claim/claimed-row.js';
import { nextSubscriptionDue } from '../../db/subscriptions/claim/next-due.js';
import { releaseSubscriptions, type ReleasedClaim } from '../../db/subscriptions/settle/release.js';
import { rescueLeftBehind, rescueSubscriptions } from '../../db/subscriptions/settle/rescue.js';
import { settleSubscriptions } from '../../db/subscriptions/settle/settle.js';
import { databaseFault } from '../../scheduler/work/database-faults.js';
import type {
  ClaimResult,
  ScheduledSource,
  Settlement,
  SettleReport,
  Source,
} from '../../scheduler/contracts/source.js';
import type { Latencies } from '../../scheduler/records/latency-book.js';
import type { OccurrenceCall } from '../../clients/subscription-worker/attempt.js';
import type { ClaimedSubscription, SubscriptionOutcome } from './claimed-subscription.js';
import { decideOutcome, putOffOutcome, type OutcomePolicy } from './decide-outcome.js';
import { createDueClaimer } from './due-claimer.js';
import type { Claimer } from './narrowed-claimer.js';
import { planClaims, type Unplannable } from './plan-claims.js';
import type { Processor } from './processor.js';
import { createBatchSettler } from './batch-settler.js';
import { createStillWanted } from './still-wanted.js';
import { reportSettled, type SettledListener } from './settle-report.js';
import type { ScheduleBook } from '../schedules/stored-schedule.js';

export interface SubscriptionSourceDeps {
  readonly db: Db;
  /** The id under which this instance claims; changes when it rejoins. Null while it has none: then nothing is claimed. */
  readonly instanceId: () => string | null;
  readonly processor: Processor;
  readonly schedules: ScheduleBook;
  readonly policy: OutcomePolicy;
  /** Rows in `processing` that no living instance holds, such as those left by earlier code, are released after this time. */
  readonly leaseS: number;
  readonly clock: Clock;
  readonly random: Random;
  /** The histograms of occurrences and calls. */
  readonly times?: OccurrenceTimes;
  /** Called for every settled occurrence, after it was written. */
  readonly onSettled?: SettledListener;
  /** Only for tests with a clock of their own; null is the database's. */
  readonly now?: () => Date | null;
}

export interface OccurrenceTimes {
  readonly process: Latencies;
  /** The name of the receiver; without one, the host's own function does the work. */
  readonly receiver?: Latencies;
}

/** The restriction of the source for one run. */
export interface RunScope {
  readonly runId: string | null;
  /** Only occurrences whose nominal time is not after this. Null: all. */
  readonly nominalUntil: Date | null;
  /** Instead of claiming what is due. */
  readonly claimer?: Claimer;
  /** Called before each claim. */
  readonly beforeClaim?: () => Promise<void>;
}

/** Claims that have waited for longer are checked again before they start: they may have been paused meanwhile. */
const LOOK_AGAIN_AFTER_MS = 100;
const NOT_WANTED: SubscriptionOutcome = { kind: 'released', receiver: 'unknown', durationMs: 0, settled: null };

type WorkSource = Source<ClaimedSubscription, SubscriptionOutcome>;

export interface SubscriptionSource extends WorkSource, ScheduledSource {
  readonly name: 'subscriptions';
  /** Releases rows in `processing` that no living instance holds, at most once per `leaseS`. */
  rescueForgotten(): Promise<void>;
  /** The same source for one run, with claims of its own. */
  forRun(scope: RunScope): WorkSource;
  /** When the last check for due work that found no ended pause and no changed schedule began, by the monotonic clock. */
  inOrderSinceMs(): number;
}

export function createSubscriptionSource(deps: SubscriptionSourceDeps): SubscriptionSource {
  const { db, clock, random } = deps;
  const { maxAttempts, retryBaseMs, suspendAfter } = deps.policy;
  const inProcess = deps.processor.inProcess === true;
  const now = deps.now ?? (() => null);
  const dueClaimer = createDueClaimer(db, clock);
  const wanted = createStillWanted(db);
  const settled = createBatchSettler(db);
  const compiledOf = (row: ClaimedRow) => deps.schedules.compiled(row);

  async function claim(limit: number, scope: RunScope): Promise<ClaimResult<ClaimedSubscription>> {
    const instanceId = deps.instanceId();
    if (instanceId === null) return { items: [], exhausted: true };
    await scope.beforeClaim?.();
    const claimer = scope.claimer ?? ((request) => dueClaimer.claim(request));
    const monotonicMs = clock.monotonicMs();
    const { rows, exhausted } = await claimer({ instanceId, limit, now: now(), nominalUntil: scope.nominalUntil });
    try {
      return { exhausted, ...(await prepare(rows, scope.runId, monotonicMs)) };
    } catch (error) {
      await giveBack(rows, error);
      // named, so that it is not mistaken for a statement that may have made unknown claims
      throw databaseFault('subscriptions: could not plan what was claimed', error);
    }
  }

  async function prepare(rows: readonly ClaimedRow[], runId: string | null, monotonicMs: number) {
    const { ready, plans, unplannable } = planClaims(rows, compiledOf, monotonicMs);
    if (unplannable.length > 0) await putOff(unplannable, runId);
    if (plans.length === 0) return { items: ready };
    const writes = plans.map(({ write }) => write);
    const kept = await applyMisfirePlans(db, writes, { runId, now: now() });
    const written = kept.map((index) => plans[index] as (typeof plans)[number]);
    const late = written.flatMap(({ item }) => (item === null ? [] : [item]));
    const skipped = written.reduce(
      (sum, { write }) => sum + (write.gap?.outcome === 'skipped' ? write.gap.count : 0),
      0,
    );
    return { items: [...ready, ...late], skipped };
  }

  /** The rows show the reason; they are checked again later. */
  async function putOff(unplannable: readonly Unplannable[], runId: string | null): Promise<void> {
    await settleSubscriptions(
      db,
      unplannable.map(({ row, error }) => putOffOutcome(row, error, runId)),
      now(),
    );
  }

  /** Claimed rows that cannot be processed. If they were kept, they would stay claimed as long as this instance lives. */
  async function giveBack(rows: readonly ClaimedRow[], cause: unknown): Promise<void> {
    const claims = rows.map((row) => releaseOf({ row, planned: false, scheduledForMs: row.scheduledForMs }));
    try {
      await releaseSubscriptions(db, claims, now());
    } catch {
      throw new Error('claims were left behind that could neither be planned nor released', { cause });
    }
  }

  async function execute(
    item: ClaimedSubscription,
    { signal, runId }: { signal: AbortSignal; runId: string | null },
  ): Promise<SubscriptionOutcome> {
    const waitedMs = clock.monotonicMs() - item.claimedAtMonotonicMs;
    if (waitedMs > LOOK_AGAIN_AFTER_MS && !(await wanted.ask(item))) return NOT_WANTED;
    if (deps.times !== undefined) observeBegin(deps.times, item, item.row.nowMs + waitedMs);
    const attempt = await deps.processor(callOf(item), signal);
    if (attempt.kind !== 'aborted') deps.times?.receiver?.duration.observe(attempt.durationMs);
    const nowMs = item.row.nowMs + (clock.monotonicMs() - item.claimedAtMonotonicMs);
    return decideOutcome(item, attempt, { maxAttempts, retryBaseMs, suspendAfter, nowMs, runId, random, inProcess });
  }

  async function settle(batch: readonly Settlement<ClaimedSubscription, SubscriptionOutcome>[]): Promise<SettleReport> {
    const lost = new Set(await settled.write(batch, now()));
    const written = batch.filter((_one, index) => !lost.has(index));
    return reportSettled(written, lost.size, clock, deps.onSettled);
  }

  const release = (items: readonly ClaimedSubscription[]): Promise<void> =>
    releaseSubscriptions(db, items.map(releaseOf), now());

  let inOrderMs = -Infinity;
  let forgottenLookedMs = -Infinity;
  async function rescueForgotten(): Promise<void> {
    if (clock.monotonicMs() - forgottenLookedMs < deps.leaseS * 1_000) return;
    forgottenLookedMs = clock.monotonicMs();
    await rescueLeftBehind(db, deps.leaseS, now());
  }

  const forRun = (scope: RunScope): WorkSource => ({
    name: 'subscriptions',
    claim: ({ limit }) => claim(limit, scope),
    execute,
    settle,
    release,
  });

  return {
    ...forRun({ runId: null, nominalUntil: null }),
    name: 'subscriptions',
    forRun,
    rescueForgotten,
    nextDueInMs: async () => {
      await rescueForgotten(); // here, because without due work nothing else runs
      const lookedMs = clock.monotonicMs();
      const { ms, upkeep } = await nextSubscriptionDue(db, now(), dueClaimer.floor());
      inOrderMs = upkeep ? -Infinity : lookedMs;
      return ms;
    },
    inOrderSinceMs: () => inOrderMs,
    rescue: (tx, deadInstances) => {
      dueClaimer.lookAtAll();
      return rescueSubscriptions(tx, deadInstances, now());
    },
  };
}

/** Lateness counts once for each occurrence: retries wait for their own time. */
function observeBegin(
  { process, receiver }: OccurrenceTimes,
  { row, scheduledForMs }: ClaimedSubscription,
  beganMs: number,
) {
  if (row.dueMs !== null) {
    process.wait.observe(beganMs - row.dueMs);
    receiver?.wait.observe(beganMs - row.dueMs);
  }
  if (row.attempt > 1) return;
  process.lateness.observe(beganMs - scheduledForMs);
  receiver?.lateness.observe(beganMs - scheduledForMs);
}

const callOf = (item: ClaimedSubscription): OccurrenceCall => ({
  subscriptionId: item.id,
  userId: item.row.userId,
  scheduledFor: new Date(item.scheduledForMs),
  attempt: item.row.attempt,
  missedCount: item.missedCount,
});

const releaseOf = ({
  row,
  planned,
  scheduledForMs,
}: Pick<ClaimedSubscription, 'row' | 'planned' | 'scheduledForMs'>): ReleasedClaim => ({
  subscriptionId: row.subscriptionId,
  claimToken: row.claimToken,
  wasStatus: row.wasStatus,
  // without a next run only the claim identifies the occurrence: an aborted call may have arrived
  scheduledForMs: planned || row.attempt > 1 || row.dueMs === null ? scheduledForMs : row.wasScheduledForMs,
  undoExtra: row.resumeAtMs !== null && row.attempt === 1,
});
