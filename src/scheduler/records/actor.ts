// The actor, as stored in runs and the audit log.
import type { Db } from '../../db/database.js';
import { insertAuditEntry } from '../../db/engine/queries/records/audit.js';
import type { Actor } from '../contracts/scheduler.js';

export const actorOf = (by: string | Actor): Actor => (typeof by === 'string' ? { name: by } : by);

export interface AuditRecord {
  readonly by: Actor;
  /** `process.trigger`, `run.cancel`: the action and its kind of target. */
  readonly action: string;
  readonly target?: string | null;
  readonly details?: unknown;
}

/** Writes an entry, in the transaction of the change if there is one. Returns its id. */
export const audit = (db: Db, { by, action, target = null, details = null }: AuditRecord): Promise<string> =>
  insertAuditEntry(db, {
    actor: by.name,
    action,
    target,
    ip: by.ip ?? null,
    requestId: by.requestId ?? null,
    details,
  });
