// A claimed job held by this process: everything that an executor needs to run it and to write its outcome.
import { NO_EXTRAS, type ClaimedJobExtras, type ClaimedJobRow } from '../../../db/queue/queries/rows.js';
import type { Claimed } from '../../contracts/source.js';

export interface QueueItem extends Claimed {
  readonly type: string;
  readonly payload: unknown;
  readonly attempt: number;
  /** The nominal time, milliseconds since the epoch. A late occurrence of a recurring job may become a later one before it runs. */
  scheduledMs: number;
  /** When it was due, by the database's clock; milliseconds since the epoch. */
  readonly dueMs: number;
  /** When its handler was started, by the monotonic clock; null: it was not. */
  begunMs: number | null;
  /** Where its row was when it was claimed. */
  readonly place: string;
  readonly extras: ClaimedJobExtras;
  /** For fair claims: the bucket of its lane. */
  readonly bucket: number;
  /** See claim/hand.ts. */
  hand: 'held' | 'parked' | 'left';
}

/** Where it was claimed from. */
interface ItemLane {
  readonly type: string;
  readonly bucket: number;
}

export function toQueueItem(row: ClaimedJobRow, { type, bucket }: ItemLane, claimToken: string): QueueItem {
  const extras = row.extras ?? NO_EXTRAS;
  return {
    id: row.id,
    claimToken,
    tenantId: extras.tenant_id,
    type,
    payload: row.payload,
    attempt: row.attempt,
    scheduledMs: row.scheduled_ms,
    dueMs: row.due_ms,
    begunMs: null,
    place: row.place,
    extras,
    bucket,
    hand: 'held',
  };
}
