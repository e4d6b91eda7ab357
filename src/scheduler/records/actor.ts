// Who did it, as runs and the audit log keep it.
import type { Db } from '../../db/database.js';
import { insertAuditEntry } from '../../db/engine/queries/audit.js';
import type { Actor } from '../contracts/scheduler.js';

export const actorOf = (by: string | Actor): Actor => (typeof by === 'string' ? { name: by } : by);

export interface AuditRecord {
  readonly by: Actor;
  /** `process.trigger`, `run.cancel`: what was done to which kind of thing. */
  readonly action: string;
  readonly target?: string | null;
  readonly details?: unknown;
}

/** In the transaction of what it tells of, if there is one. Returns the id of the entry. */
export const audit = (db: Db, { by, action, target = null, details = null }: AuditRecord): Promise<string> =>
  insertAuditEntry(db, {
    actor: by.name,
    action,
    target,
    ip: by.ip ?? null,
    requestId: by.requestId ?? null,
    details,
  });
