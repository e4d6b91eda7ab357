// Claims what is due: plainly as long as one chunk holds it all, in fair shares once more is due than that.
import type { Clock } from '../base/clock.js';
import type { Db } from '../db/database.js';
import { claimDueSubscriptions, claimUnscheduledSubscriptions } from '../db/queries/subscriptions/claim-due.js';
import { busyBuckets, claimDueFairly } from '../db/queries/subscriptions/claim-fair.js';
import type { ClaimedRow } from '../db/queries/subscriptions/claimed-row.js';
import { mayHaveTakenEffect } from '../scheduler/work/database-faults.js';

export interface DueClaimer {
  /** `exhausted`: nothing more can be had now. */
  claim(request: DueRequest): Promise<{ rows: readonly ClaimedRow[]; exhausted: boolean }>;
  /** From where the due index is worth reading; null: from its head. */
  floor(): Date | null;
  /** Something is being put back that may lie behind the floor: for a while the index is read from its head. */
  lookAtAll(): void;
}

export interface DueRequest {
  readonly instanceId: string;
  readonly limit: number;
  readonly now: Date | null;
  readonly nominalUntil: Date | null;
}

const FLOOR_MARGIN_MS = 2_000;
/** What was put back behind the floor is seen after so long at the latest. */
const LOOK_AT_ALL_MS = 5_000;
/** For the transaction that puts it back to end, and for the claims after it. */
const NO_FLOOR_MS = 2_000;
/** A bucket that had nothing due is looked at again after so long, or as soon as the others run out. */
const LOOK_FOR_BUSY_MS = 200;

/** One for all runs of an instance. */
export function createDueClaimer(db: Db, clock: Clock): DueClaimer {
  let floorMs: number | null = null;
  let lookedAtAllMs = -Infinity;
  let noFloorUntilMs = -Infinity;
  let fair = false;
  /** The last plain claim found less than it could take: the head of the index is short, and one look at all of it is enough. */
  let short = true;
  let busy: readonly number[] = [];
  let lookedForBusyMs = -Infinity;

  const floor = (): Date | null => {
    const nowMs = clock.monotonicMs();
    if (floorMs === null || nowMs < noFloorUntilMs || nowMs - lookedAtAllMs >= LOOK_AT_ALL_MS) return null;
    return new Date(floorMs);
  };

  const remember = (rows: readonly ClaimedRow[], withFloor: Date | null): void => {
    if (withFloor === null) lookedAtAllMs = clock.monotonicMs();
    const earliest = rows.reduce((least, { dueMs }) => Math.min(least, dueMs ?? Infinity), Infinity);
    if (earliest < Infinity) floorMs = earliest - FLOOR_MARGIN_MS;
  };

  const claimFairly = async (request: DueRequest): Promise<readonly ClaimedRow[]> => {
    const from = floor();
    if (clock.monotonicMs() - lookedForBusyMs >= LOOK_FOR_BUSY_MS) {
      busy = await busyBuckets(db, { ...request, floor: from });
      lookedForBusyMs = clock.monotonicMs();
    }
    if (busy.length === 0) return [];
    const rows = await claimDueFairly(db, { ...request, floor: from, buckets: busy });
    if (rows.length < request.limit) lookedForBusyMs = -Infinity;
    if (rows.length > 0) remember(rows, from);
    return rows;
  };

  const claimPlainly = async (request: DueRequest): Promise<ClaimedRow[]> => {
    const from = short ? null : floor();
    const rows = await claimDueSubscriptions(db, { ...request, floor: from });
    short = rows.length < request.limit;
    if (!short || from === null) {
      remember(rows, from);
      return rows;
    }
    const all = await fillUp(request, rows, (more) => claimDueSubscriptions(db, { ...more, floor: null }));
    remember(all, null);
    return all;
  };

  const claimAny = async (request: DueRequest): Promise<ClaimedRow[]> =>
    fillUp(request, await claimPlainly(request), (more) => claimUnscheduledSubscriptions(db, more));

  return {
    floor,
    lookAtAll: () => {
      noFloorUntilMs = clock.monotonicMs() + NO_FLOOR_MS;
    },
    async claim(request) {
      if (fair) {
        const rows = await claimFairly(request);
        if (rows.length > 0) return { rows, exhausted: false };
      }
      const rows = await claimAny(request);
      fair = rows.length >= request.limit;
      return { rows, exhausted: !fair };
    },
  };
}

/** Claims what is missing to the limit. A failure must not lose what is in hand: when nothing can have come of it, it is left to a later claim. */
async function fillUp(
  request: DueRequest,
  rows: ClaimedRow[],
  claim: (request: DueRequest) => Promise<ClaimedRow[]>,
): Promise<ClaimedRow[]> {
  const limit = request.limit - rows.length;
  if (limit <= 0) return rows;
  try {
    return [...rows, ...(await claim({ ...request, limit }))];
  } catch (error) {
    if (rows.length === 0 || mayHaveTakenEffect(error)) throw error;
    return rows;
  }
}
