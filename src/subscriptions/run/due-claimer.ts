// Claims what is due: plainly while one chunk is enough, in fair shares once more is due.
import type { Clock } from '../../base/clock.js';
import type { Db } from '../../db/database.js';
import { claimDueSubscriptions, type DueClaims } from '../../db/subscriptions/claim/claim-due.js';
import { busyBuckets, claimDueFairly, claimUnscheduled } from '../../db/subscriptions/claim/claim-fair.js';
import type { ClaimedRow } from '../../db/subscriptions/claim/claimed-row.js';

export interface DueClaimer {
  /** `exhausted`: nothing more is available now. */
  claim(request: DueRequest): Promise<{ rows: readonly ClaimedRow[]; exhausted: boolean }>;
  /** Where to start reading the due index; null: at its head. */
  floor(): Date | null;
  /** A released row may lie before the floor: for a while the index is read from its head. */
  lookAtAll(): void;
}

export interface DueRequest {
  readonly instanceId: string;
  readonly limit: number;
  readonly now: Date | null;
  readonly nominalUntil: Date | null;
}

const FLOOR_MARGIN_MS = 2_000;
/** Rows that were released before the floor are found after at most this time. */
const LOOK_AT_ALL_MS = 5_000;
/** Allows for the end of the releasing transaction, and for the claims after it. */
const NO_FLOOR_MS = 2_000;
/** A bucket that had nothing due is checked again after this time, or as soon as the others run out. */
const LOOK_FOR_BUSY_MS = 200;

/** One for all runs of an instance. */
export function createDueClaimer(db: Db, clock: Clock): DueClaimer {
  let floorMs: number | null = null;
  let lookedAtAllMs = -Infinity;
  let noFloorUntilMs = -Infinity;
  /** More is due than one chunk. */
  let fair = false;
  let busy: readonly number[] = [];
  let lookedForBusyMs = -Infinity;
  let lookedForUnscheduledMs = -Infinity;

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

  /** Occasionally between fair claims, which follow the order of due times: a separate claim of a tenth of the chunk. */
  const claimWithoutNextRun = async (request: DueRequest): Promise<readonly ClaimedRow[]> => {
    if (clock.monotonicMs() - lookedForUnscheduledMs < LOOK_FOR_BUSY_MS) return [];
    lookedForUnscheduledMs = clock.monotonicMs();
    return claimUnscheduled(db, { ...request, limit: Math.max(1, Math.floor(request.limit / 10)) });
  };

  /**
   * In one statement, so that no other can fail after rows were claimed; and from the head of the index, to include rows before the floor.
   */
  const claimPlainly = async (request: DueRequest): Promise<DueClaims> => {
    const claims = await claimDueSubscriptions(db, request);
    remember(claims.rows, null);
    return claims;
  };

  return {
    floor,
    lookAtAll: () => {
      noFloorUntilMs = clock.monotonicMs() + NO_FLOOR_MS;
    },
    async claim(request) {
      if (fair) {
        const unscheduled = await claimWithoutNextRun(request);
        if (unscheduled.length > 0) return { rows: unscheduled, exhausted: false };
        const rows = await claimFairly(request);
        if (rows.length > 0) return { rows, exhausted: false };
      }
      const { rows, more } = await claimPlainly(request);
      fair = more;
      return { rows, exhausted: !more };
    },
  };
}
