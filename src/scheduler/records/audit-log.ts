// The audit log as a list, newest first.
import type { Database } from '../../db/database.js';
import { listAuditEntries } from '../../db/engine/queries/audit.js';
import type { Engine } from '../contracts/scheduler.js';
import { audit } from './actor.js';
import { cursorOf, limitOf, pageOf } from '../contracts/page.js';

const readCursor = (held: unknown): string | null =>
  typeof held === 'string' && /^\d{1,18}$/.test(held) ? held : null;

export const createAuditLog = (database: Database): Engine['audit'] => ({
  record: (entry) => audit(database, entry),
  list: async (query = {}) => {
    const limit = limitOf(query);
    const { actor = null, action = null } = query;
    const before = cursorOf(query, readCursor);
    const rows = await listAuditEntries(database, { actor, action, before, limit: limit + 1 });
    return pageOf(
      rows,
      limit,
      ({ request_id, ...row }) => ({ ...row, requestId: request_id }),
      (row) => row.id,
    );
  },
});
