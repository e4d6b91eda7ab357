// Claims for a trigger with a selection: a part of what is due, extra occurrences, or what failed before.
import type { Database, Db } from '../../db/database.js';
import { claimExtraOccurrences, claimNarrowed } from '../../db/subscriptions/claim/claim-narrowed.js';
import {
  claimDeadOccurrences,
  claimWaitingRetries,
  listDeadOccurrences,
  type DeadOccurrence,
  type DeadFilter,
} from '../../db/subscriptions/claim/claim-retry.js';
import type { ClaimedRow } from '../../db/subscriptions/claim/claimed-row.js';
import type { Narrowing } from '../../db/subscriptions/claim/narrowing.js';
import type { DueRequest } from './due-claimer.js';

/** One claim. `over`: there is nothing more. */
type Step = (request: DueRequest) => Promise<{ rows: readonly ClaimedRow[]; over: boolean }>;

export type Claimer = (request: DueRequest) => Promise<{ rows: readonly ClaimedRow[]; exhausted: boolean }>;

/** Runs the steps in sequence, each until there is nothing more. No second claim in a call that has already claimed something. */
function inTurn(steps: readonly Step[]): Claimer {
  let current = 0;
  return async (request) => {
    while (current < steps.length) {
      const { rows, over } = await (steps[current] as Step)(request);
      if (over) current += 1;
      if (rows.length > 0) return { rows, exhausted: current === steps.length };
    }
    return { rows: [], exhausted: true };
  };
}

/** If a claim that takes as much as it can returns less than requested, there is nothing more. */
const untilShort =
  (claim: (request: DueRequest) => Promise<readonly ClaimedRow[]>): Step =>
  async (request) => {
    const rows = await claim(request);
    return { rows, over: rows.length < request.limit };
  };

/** Extra occurrences come first: due subscriptions would no longer be due after being processed. */
export function createNarrowedClaimer(db: Db, narrowing: Narrowing, force: boolean): Claimer {
  let afterId: string | null = null;
  const extra = untilShort(async (request) => {
    const { rows, lastId } = await claimExtraOccurrences(db, { ...request, narrowing, afterId });
    afterId = lastId;
    return rows;
  });
  const due = untilShort((request) => claimNarrowed(db, { ...request, narrowing }));
  return inTurn(force ? [extra, due] : [due]);
}

/** Number of dead occurrences read at a time, and tried in one claim at least: not all of them can be claimed. */
const PAGE = 1_000;
const LEAST_TRIED = 500;

/** Goes through the dead occurrences once, page by page. */
function claimingDead(db: Database, filter: DeadFilter): Step {
  let page: readonly DeadOccurrence[] = [];
  let after: DeadOccurrence | null = null;
  let listed = false;
  const turn = async (): Promise<void> => {
    page = await listDeadOccurrences(db, filter, { after, limit: PAGE });
    after = page.at(-1) ?? after;
    listed = page.length < PAGE;
  };
  return async (request) => {
    if (page.length === 0 && !listed) await turn();
    const occurrences = page.slice(0, Math.max(request.limit, LEAST_TRIED));
    if (occurrences.length === 0) return { rows: [], over: true };
    const { rows, looked } = await claimDeadOccurrences(db, request, { occurrences, until: filter.until });
    page = page.slice(looked);
    return { rows, over: listed && page.length === 0 };
  };
}

/** For a run: what died in it, and what waits for a retry after failing in it. */
export function createRetryClaimer(db: Database, filter: DeadFilter): Claimer {
  const { runId, until } = filter;
  const dead = claimingDead(db, filter);
  if (runId === null) return inTurn([dead]);
  return inTurn([dead, untilShort((request) => claimWaitingRetries(db, { ...request, runId, until }))]);
}
