// One audit entry for a change of many rows in several transactions: each of them adds its count to the entry, so that the entry is correct
// whenever the change stops.
import type { Db } from '../../db/database.js';
import { addAuditDetails } from '../../db/engine/queries/records/audit.js';
import { audit, type AuditRecord } from './actor.js';

export interface AuditedMany {
  /** The entry, which shows the progress. */
  readonly id: string;
  /** In the transaction of the change; `changed` is the sum so far. */
  count(tx: Db, changed: number): Promise<void>;
  finish(): Promise<void>;
}

interface ManyRecord extends Omit<AuditRecord, 'details'> {
  readonly details: Readonly<Record<string, unknown>>;
}

/** Writes the entry. If it cannot be written, nothing must be changed. */
export async function auditMany(db: Db, record: ManyRecord): Promise<AuditedMany> {
  const id = await audit(db, { ...record, details: { ...record.details, changed: 0, finished: false } });
  return {
    id,
    count: (tx, changed) => addAuditDetails(tx, id, { changed }),
    finish: () => addAuditDetails(db, id, { finished: true }),
  };
}
