// Settling: plain successes in one cheap statement, everything else in a transaction together with its effects.
import type { Clock } from '../../../base/clock.js';
import type { Database } from '../../../db/database.js';
import { completeJobs } from '../../../db/queue/queries/complete-jobs.js';
import { settleJobs, type SettledJob, type SettledRow } from '../../../db/queue/queries/settle-jobs.js';
import type { ErrorSample, SettleReport, Settlement } from '../../contracts/source.js';
import type { EndedJob, EndEffects } from './end-effects.js';
import type { JobOutcome } from '../define/job-outcome.js';
import type { QueueItem } from '../define/queue-item.js';
import type { StatsBook } from './stats-book.js';

export type QueueSettlement = Settlement<QueueItem, JobOutcome>;

export interface SettleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly effects: EndEffects;
  readonly stats: StatsBook;
  /** True if a listener wants to know of the end of such a job. */
  watched(item: QueueItem): boolean;
  onDead(job: { jobId: string; type: string; error: string }): void;
  /** Jobs no longer wait for others and are due. */
  onFreed(): void;
  /** Jobs wait for their retry: the earliest in this number of milliseconds. */
  onDelayed(delayMs: number): void;
}

const ENDED = new Set(['completed', 'dead', 'cancelled']);

const isPlain = ({ item, outcome }: QueueSettlement, deps: SettleDeps): boolean =>
  outcome.status === 'completed' &&
  item.extras.unique_key === null &&
  item.extras.recurrence === null &&
  !deps.watched(item);

const toSettled = ({ item, outcome }: QueueSettlement): SettledJob => ({
  id: item.id,
  token: item.claimToken,
  status: outcome.status,
  ...(outcome.delayMs === null ? {} : { delay_ms: outcome.delayMs }),
  duration_ms: outcome.durationMs,
  result: outcome.result === null ? undefined : JSON.parse(outcome.result),
  error_code: outcome.error?.code ?? null,
  error_message: outcome.error?.message ?? null,
  error_stack: outcome.errorStack,
});

/** Writes batches together and reports on each; `spentTokens` are claims that are empty once they are written. */
export async function settleBatches(
  deps: SettleDeps,
  batches: readonly (readonly QueueSettlement[])[],
  spentTokens: readonly string[],
): Promise<readonly SettleReport[]> {
  const all = batches.length === 1 ? (batches[0] as readonly QueueSettlement[]) : batches.flat();
  const plain = all.filter((settlement) => isPlain(settlement, deps));
  const unsettled = new Set(await settlePlain(deps, plain, plain.length === all.length ? spentTokens : []));
  const completed = unsettled.size === 0 ? plain : plain.filter(({ item }) => !unsettled.has(item.id));
  const rest = without(all, completed);
  const settled = rest.length === 0 ? [] : await settleRest(deps, rest, spentTokens);
  deps.stats.add(completed);
  if (batches.length === 1) return [report(deps, completed.length, rest, settled)];
  const others = new Set(rest);
  return batches.map((batch) => {
    const own = batch.filter((settlement) => others.has(settlement));
    return report(deps, batch.length - own.length, own, settled);
  });
}

/** Returns the ids that were not settled this way. */
async function settlePlain(
  deps: SettleDeps,
  plain: readonly QueueSettlement[],
  spentTokens: readonly string[],
): Promise<readonly string[]> {
  if (plain.length === 0) return [];
  const jobs = plain.map(({ item, outcome }) => ({
    id: item.id,
    token: item.claimToken,
    place: item.place,
    durationMs: outcome.durationMs,
    result: outcome.result,
  }));
  return completeJobs(deps.db, jobs, spentTokens, deps.now());
}

function without(batch: readonly QueueSettlement[], completed: readonly QueueSettlement[]): readonly QueueSettlement[] {
  if (completed.length === batch.length) return [];
  const done = new Set(completed);
  return batch.filter((one) => !done.has(one));
}

async function settleRest(
  deps: SettleDeps,
  rest: readonly QueueSettlement[],
  spentTokens: readonly string[],
): Promise<readonly SettledRow[]> {
  const { rows, freed } = await deps.db.transaction(async (tx) => {
    const rows = await settleJobs(tx, rest.map(toSettled), spentTokens, deps.now());
    const ended: readonly EndedJob[] = rows.filter((row) => ENDED.has(row.status));
    const { freed } = await deps.effects.apply(tx, ended);
    return { rows, freed };
  });
  if (freed > 0) deps.onFreed();
  const soonest = Math.min(...rest.map(({ outcome }) => outcome.delayMs ?? Infinity));
  if (soonest < Infinity) deps.onDelayed(soonest);
  return rows;
}

function report(
  deps: SettleDeps,
  plainCount: number,
  rest: readonly QueueSettlement[],
  settled: readonly SettledRow[],
): SettleReport {
  const written = new Map(settled.map((row) => [row.id, row]));
  const counts = { successful: plainCount, failed: 0, skipped: 0, dead: 0, retried: 0, lost: 0 };
  const samples: ErrorSample[] = [];
  const at = deps.clock.now().toISOString();
  const stood: QueueSettlement[] = [];
  for (const settlement of rest) {
    const { item, outcome } = settlement;
    if (!written.has(item.id)) {
      counts.lost += 1;
      continue;
    }
    stood.push(settlement);
    if (outcome.status !== 'failed' && outcome.status !== 'dead') {
      counts.successful += 1;
      continue;
    }
    counts.failed += 1;
    const { code, message } = outcome.error ?? { code: 'UNKNOWN', message: '' };
    samples.push({ id: item.id, code, message, at });
    if (outcome.status === 'failed') counts.retried += 1;
    else {
      counts.dead += 1;
      deps.onDead({ jobId: item.id, type: item.type, error: message });
    }
  }
  deps.stats.add(stood);
  return { ...counts, samples };
}
