// Rescues dead instances: releases their claims, abandons their runs and marks them, in one transaction.
import type { Database } from '../../db/database.js';
import { markDead } from '../../db/engine/queries/instances/instances.js';
import { abandonRuns } from '../../db/engine/queries/runs/run-history.js';
import type { ClaimHolder } from '../contracts/source.js';

export interface Rescued {
  readonly dead: readonly string[];
  /** Claims released, by source; and `runs` abandoned. */
  readonly rescued: Readonly<Record<string, number>>;
}

export interface RescueRequest {
  readonly suspects: readonly string[];
  readonly holders: readonly ClaimHolder[];
  readonly leaseS: number;
  /** Known to be dead without a check: our own earlier lives. */
  readonly surely?: boolean;
  readonly now: Date | null;
}

/** Several instances may try at once: the one that marks an instance dead rescues what it held. */
export const rescue = (database: Database, request: RescueRequest): Promise<Rescued> =>
  database.transaction(async (tx) => {
    const dead = await markDead(tx, request.suspects, { leaseS: request.leaseS, surely: request.surely });
    if (dead.length === 0) return { dead, rescued: {} };
    const rescued: Record<string, number> = {};
    for (const holder of request.holders) rescued[holder.name] = await holder.rescue(tx, dead);
    rescued.runs = await abandonRuns(tx, dead, { error: 'its instance died', now: request.now });
    return { dead, rescued };
  });
