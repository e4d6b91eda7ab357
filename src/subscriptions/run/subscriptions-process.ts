// The main process: drains what is due, or the selection of a trigger. Shared: every instance runs it over its own claims.
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import type { TelemetryHolder } from '../../base/telemetry/telemetry.js';
import type { Database } from '../../db/database.js';
import { databaseNow } from '../../db/engine/queries/server/database-now.js';
import {
  defineProcess,
  type ProcessContext,
  type ProcessDefinition,
} from '../../scheduler/contracts/define-process.js';
import { drain } from '../../scheduler/work/drain.js';
import type { DrainOptions, DrainReport } from '../../scheduler/work/drain-options.js';
import type { SettleReport } from '../../scheduler/contracts/source.js';
import { recomputeStale, wakePaused } from '../schedules/recompute-stale.js';
import { checkInput, claimerFor, countFor, isRetry } from './run-scope.js';
import type { ScheduleBook } from '../schedules/stored-schedule.js';
import type { SubscriptionSource } from './subscription-source.js';
import type { ProcessSubscriptionsInput } from '../api/subscriptions-api.js';

export interface SubscriptionsProcessDeps {
  readonly db: Database;
  readonly source: SubscriptionSource;
  readonly schedules: ScheduleBook;
  readonly clock: Clock;
  readonly random: Random;
  /** Concurrency, breaker and limit per tenant, shared by all runs of this process; how many to claim at a time. */
  readonly limits: Pick<DrainOptions, 'parallel' | 'admission' | 'gate' | 'chunkSize'>;
  /** The database may have claims that are not being processed: this instance should be given up, so that they are rescued. */
  readonly onClaimsInDoubt?: (error: Error) => void;
  /** Aborts when this instance's current life is over: then its claims are rescued anyway, and the next life has none of them. */
  readonly life?: () => AbortSignal;
  /** Traces the work. */
  readonly telemetry?: TelemetryHolder;
  /** Only for tests with a clock of their own; null is the database's. */
  readonly now?: () => Date | null;
}

/** How often ended pauses and changed schedules are looked for during a drain. */
const LOOK_AFTER_MS = 1_000;

/** The process called `subscriptions`. Its run fails with what stopped the drain, such as RECEIVER_MISCONFIGURED. */
export function createSubscriptionsProcess(deps: SubscriptionsProcessDeps): ProcessDefinition {
  return defineProcess({
    name: 'subscriptions',
    description: 'Processes due subscriptions',
    exclusive: false,
    check: (input) => checkInput(deps.db, input ?? {}),
    run: (context) => runSubscriptions(deps, context, context.input ?? {}),
  });
}

async function runSubscriptions(
  deps: SubscriptionsProcessDeps,
  context: ProcessContext,
  input: ProcessSubscriptionsInput,
): Promise<Record<string, number>> {
  const now = deps.now ?? (() => null);
  const life = deps.life?.();
  const byTick = context.trigger === 'tick';
  // a tick has just checked what is due, and that holds for a moment; a manual trigger expects a check now
  const lookAfter = createLookAfter(deps, now, byTick ? deps.source.inOrderSinceMs() : -Infinity);
  await lookAfter();
  if (input.dryRun) return { due: await countFor(deps.db, input, now()), stopped_early: 0 };

  const calledAt = byTick ? null : await databaseNow(deps.db, now());
  const total = byTick ? null : await countFor(deps.db, input, now());
  let claimed = 0;
  let doneBefore = 0;
  const drainOnce = (): Promise<DrainReport> => {
    const claimer = calledAt === null ? undefined : claimerFor(deps.db, input, { calledAt, ofRun: context.runId });
    const source = deps.source.forRun({
      runId: context.runId,
      nominalUntil: calledAt,
      ...(claimer === undefined ? {} : { claimer }),
      beforeClaim: lookAfter,
    });
    return drain(source, {
      ...deps.limits,
      runId: context.runId,
      signal: context.signal,
      closing: context.closing,
      ...(input.limit === undefined ? {} : { maxItems: input.limit - claimed }),
      clock: deps.clock,
      random: deps.random,
      ...(deps.telemetry === undefined ? {} : { telemetry: deps.telemetry }),
      onReport: (settled) => context.count(countsOf(settled)),
      onSamples: (samples) => context.sample(samples),
      onProgress: ({ done }) => {
        const all = doneBefore + done;
        context.progress(all, total === null ? null : Math.max(total, all));
      },
    });
  };
  for (;;) {
    const report = await drainOnce();
    claimed += report.claimed;
    doneBefore += report.successful + report.failed;
    // a subscription has one current occurrence at a time: its next dead one can be retried once that has ended
    const again = isRetry(input) && report.end === 'exhausted' && report.claimed > 0 && !context.closing.aborted;
    if (!again) return conclude(deps, report, life);
  }
}

function conclude(
  { onClaimsInDoubt }: SubscriptionsProcessDeps,
  report: DrainReport,
  life: AbortSignal | undefined,
): Record<string, number> {
  const error = report.error ?? null;
  if (report.mayHoldClaims && !life?.aborted)
    onClaimsInDoubt?.(error ?? new Error('there may be claims that are not being processed'));
  if (error !== null) throw error;
  return { stopped_early: report.end === 'exhausted' || report.end === 'limit' ? 0 : 1 };
}

const countsOf = ({ successful, failed, skipped, dead, retried, lost }: SettleReport) => ({
  processed: successful + failed,
  successful,
  failed,
  skipped,
  dead,
  retried,
  lost,
});

function createLookAfter(
  { db, source, schedules, clock }: SubscriptionsProcessDeps,
  now: () => Date | null,
  inOrderSinceMs: number,
) {
  let lookedMs = inOrderSinceMs;
  return async (): Promise<void> => {
    if (clock.monotonicMs() - lookedMs < LOOK_AFTER_MS) return;
    lookedMs = clock.monotonicMs();
    await source.rescueForgotten();
    await wakePaused(db, now());
    await recomputeStale(db, schedules, now());
  };
}
