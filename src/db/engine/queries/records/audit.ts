// The audit log: who changed what, and from where.
import { SchedulerError } from '../../../../base/errors.js';
import type { Db } from '../../../database.js';

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string | null;
  readonly ip: string | null;
  readonly request_id: string | null;
  readonly details: unknown;
}

export interface NewAuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly target: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly details: unknown;
}

/** Returns the id of the entry. */
export async function insertAuditEntry(db: Db, entry: NewAuditEntry): Promise<string> {
  const details = entry.details === undefined || entry.details === null ? null : JSON.stringify(entry.details);
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO {schema}.audit_log (actor, action, target, ip, request_id, details) VALUES ($1, $2, $3, $4, $5, $6)
     RETURNING id`,
    [entry.actor, entry.action, entry.target, entry.ip, entry.requestId, details],
  );
  return rows[0]?.id ?? '';
}

/** Merges these fields into the details of an entry. Throws if the entry no longer exists. */
export async function addAuditDetails(db: Db, id: string, details: Readonly<Record<string, unknown>>): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE {schema}.audit_log SET details = coalesce(details, '{}') || $2::jsonb WHERE id = $1`,
    [id, JSON.stringify(details)],
  );
  if (rowCount === 0) throw new SchedulerError('AUDIT_ENTRY_NOT_FOUND', `there is no audit entry ${id}`, { id });
}

export async function findAuditEntry(db: Db, id: string): Promise<AuditRow | undefined> {
  const { rows } = await db.query<AuditRow & Record<string, unknown>>(
    `SELECT id, at, actor, action, target, ip, request_id, details FROM {schema}.audit_log WHERE id = $1`,
    [id],
  );
  return rows[0];
}

export interface AuditFilter {
  readonly actor: string | null;
  readonly action: string | null;
  /** Continue before this id. */
  readonly before: string | null;
  readonly limit: number;
}

/** Newest first. */
export async function listAuditEntries(db: Db, filter: AuditFilter): Promise<AuditRow[]> {
  const { rows } = await db.query<AuditRow & Record<string, unknown>>(
    `SELECT id, at, actor, action, target, ip, request_id, details FROM {schema}.audit_log
     WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR action = $2) AND ($3::bigint IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [filter.actor, filter.action, filter.before, filter.limit],
  );
  return rows;
}
