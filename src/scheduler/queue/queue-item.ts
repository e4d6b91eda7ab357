// A claimed job in this process's hands.
import type { ClaimedJobRow } from '../../db/queries/jobs/rows.js';
import type { Claimed } from '../work/source.js';

export interface QueueItem extends Claimed {
  readonly row: ClaimedJobRow;
  /** Counts against this process's capacity until its handler has ended or it is given back. */
  inHand: boolean;
}

export const toQueueItem = (row: ClaimedJobRow, claimToken: string): QueueItem => ({
  id: row.id,
  claimToken,
  tenantId: row.tenant_id,
  row,
  inHand: true,
});
