// The audit log as a list, newest first.
import { SchedulerError } from '../../base/errors.js';
import { borrowed, type Database } from '../../db/database.js';
import { findAuditEntry, listAuditEntries, type AuditRow } from '../../db/engine/queries/records/audit.js';
import { checkAuditEntry, checkAuditQuery } from '../contracts/call-options.js';
import type { AuditEntry, Engine } from '../contracts/scheduler.js';
import { audit } from './actor.js';
import { cursorOf, limitOf, pageOf } from '../contracts/page.js';

const readCursor = (held: unknown): string | null =>
  typeof held === 'string' && /^\d{1,18}$/.test(held) ? held : null;

const viewOf = ({ request_id, ...row }: AuditRow): AuditEntry => ({ ...row, requestId: request_id });

export const createAuditLog = (database: Database): Engine['audit'] => ({
  async record(entry, { db } = {}) {
    checkAuditEntry(entry);
    await audit(db === undefined ? database : borrowed(db, database.schema), entry);
  },
  async get(id) {
    const row = /^\d{1,18}$/.test(id) ? await findAuditEntry(database, id) : undefined;
    if (row) return viewOf(row);
    throw new SchedulerError('AUDIT_ENTRY_NOT_FOUND', `there is no audit entry ${id}`, { id });
  },
  list: async (query = {}) => {
    checkAuditQuery(query);
    const limit = limitOf(query);
    const { actor = null, action = null } = query;
    const before = cursorOf(query, readCursor);
    const rows = await listAuditEntries(database, { actor, action, before, limit: limit + 1 });
    return pageOf(rows, limit, viewOf, (row) => row.id);
  },
});
