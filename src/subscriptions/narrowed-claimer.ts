// Claims for a trigger that asks for something in particular: a part of what is due, extra occurrences, or what failed before.
import type { Db } from '../db/database.js';
import { claimExtraOccurrences, claimNarrowed } from '../db/queries/subscriptions/claim-narrowed.js';
import { claimDeadOccurrences, claimWaitingRetries } from '../db/queries/subscriptions/claim-replay.js';
import type { ClaimedRow } from '../db/queries/subscriptions/claimed-row.js';
import type { Narrowing } from '../db/queries/subscriptions/narrowing.js';
import type { DueRequest } from './due-claimer.js';

/** Answers fewer rows than the limit when it has nothing more. */
type Step = (request: DueRequest) => Promise<readonly ClaimedRow[]>;

export type Claimer = (request: DueRequest) => Promise<{ rows: readonly ClaimedRow[]; exhausted: boolean }>;

/** One step after the other, each until it has nothing more. */
function inTurn(steps: readonly Step[]): Claimer {
  let current = 0;
  return async (request) => {
    while (current < steps.length) {
      const rows = await (steps[current] as Step)(request);
      if (rows.length < request.limit) current += 1;
      if (rows.length > 0) return { rows, exhausted: current === steps.length };
    }
    return { rows: [], exhausted: true };
  };
}

/** Extra occurrences come first: what is due and processed would no longer be due afterwards. */
export function createNarrowedClaimer(db: Db, narrowing: Narrowing, force: boolean): Claimer {
  let afterId: string | null = null;
  const extra: Step = async (request) => {
    const { rows, lastId } = await claimExtraOccurrences(db, { ...request, narrowing, afterId });
    afterId = lastId;
    return rows;
  };
  const due: Step = (request) => claimNarrowed(db, { ...request, narrowing });
  return inTurn(force ? [extra, due] : [due]);
}

export interface ReplayRequest {
  readonly narrowing: Narrowing;
  /** What failed in this run, retries to come included; null: dead occurrences of any run. */
  readonly runId: string | null;
  readonly since: Date | null;
  /** When the replay was asked for. */
  readonly until: Date;
  /** The run that replays: what it kills itself is not taken again. */
  readonly exceptRun: string;
}

export function createReplayClaimer(db: Db, replay: ReplayRequest): Claimer {
  const { runId, until } = replay;
  const dead: Step = (request) => claimDeadOccurrences(db, { ...request, ...replay });
  if (runId === null) return inTurn([dead]);
  return inTurn([dead, (request) => claimWaitingRetries(db, { ...request, runId, until })]);
}
