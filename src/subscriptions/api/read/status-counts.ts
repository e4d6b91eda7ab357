// The counts for the status: capped, shared between callers, and cached for a moment.
import type { Clock } from '../../../base/clock.js';
import type { Db } from '../../../db/database.js';
import { COUNT_CAP, countForStatus, type StatusCounts } from '../../../db/subscriptions/read/count.js';
import type { SubscriptionsStatus } from '../subscriptions-api.js';

/** Counts of large tables are cached for this multiple of the time that counting took, and shown while new ones are being computed. */
const FRESH_FACTOR = 20;
const FRESH_MOST_MS = 2_000;
const SHOWN_MOST_MS = 10_000;

export interface StatusReader {
  read(): Promise<SubscriptionsStatus>;
}

export function createStatusReader(deps: {
  readonly db: Db;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly irregular: () => Promise<Readonly<Record<string, number>>>;
}): StatusReader {
  const { clock } = deps;
  let kept: { status: SubscriptionsStatus; atMs: number; freshMs: number } | null = null;
  let counting: Promise<SubscriptionsStatus> | null = null;

  const count = async (): Promise<SubscriptionsStatus> => {
    const startedMs = clock.monotonicMs();
    const [counts, irregular] = await Promise.all([countForStatus(deps.db, deps.now()), deps.irregular()]);
    const status = toStatus(counts, irregular);
    const doneMs = clock.monotonicMs();
    const freshMs = Math.min((doneMs - startedMs) * FRESH_FACTOR, FRESH_MOST_MS);
    kept = isLarge(status) ? { status, atMs: doneMs, freshMs } : null;
    return status;
  };

  const countOnce = (): Promise<SubscriptionsStatus> =>
    (counting ??= count().finally(() => {
      counting = null;
    }));

  return {
    read() {
      if (kept === null) return countOnce();
      const ageMs = clock.monotonicMs() - kept.atMs;
      if (ageMs > SHOWN_MOST_MS) return countOnce();
      // a failed count is reported to callers of the next one
      if (ageMs > kept.freshMs) countOnce().catch(() => {});
      return Promise.resolve(kept.status);
    },
  };
}

/** Small tables are counted each time. */
const isLarge = (status: SubscriptionsStatus): boolean =>
  status.dueCapped || status.failedCapped || status.suspendedCapped || status.dead24hCapped;

const cap = (count: number): { count: number; capped: boolean } => ({
  count: Math.min(count, COUNT_CAP),
  capped: count > COUNT_CAP,
});

function toStatus(counts: StatusCounts, irregular: Readonly<Record<string, number>>): SubscriptionsStatus {
  const [due, failed, suspended, dead] = [
    cap(counts.due),
    cap(counts.failed),
    cap(counts.suspended),
    cap(counts.dead24h),
  ];
  const { nowMs, nextDueMs, oldestDueMs } = counts;
  return {
    due: due.count,
    dueCapped: counts.dueCapped,
    processing: counts.processing,
    failed: failed.count,
    failedCapped: failed.capped,
    suspended: suspended.count,
    suspendedCapped: suspended.capped,
    dead24h: dead.count,
    dead24hCapped: dead.capped,
    nextDueAt: nextDueMs === null ? null : new Date(nextDueMs),
    oldestDueAt: oldestDueMs === null ? null : new Date(oldestDueMs),
    lagS: oldestDueMs === null ? 0 : Math.max(0, nowMs - oldestDueMs) / 1_000,
    asOf: new Date(nowMs),
    irregular,
  };
}
