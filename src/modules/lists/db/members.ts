// Members of a list, paged by address; rejects in the order in which they arrived.
import type { Db } from '../../../scheduler/public.js';

export interface ListMember {
  readonly id: string;
  readonly emailKey: string;
  readonly externalId: string | null;
  readonly email: string;
  readonly name: string | null;
  readonly joinedAt: Date | null;
}

export interface ListReject {
  readonly id: string;
  readonly line: number | null;
  readonly externalId: string | null;
  readonly value: string | null;
  readonly reason: string;
}

export interface MemberPage {
  readonly listId: string;
  /** The `emailKey` of the last member, or the id of the last reject, of the previous page. */
  readonly after: string | null;
  readonly limit: number;
}

export const MEMBER_COLUMNS = `id::text, email_key AS "emailKey", external_id AS "externalId", email, name, joined_at AS "joinedAt"`;

export async function listMembers(db: Db, { listId, after, limit }: MemberPage): Promise<readonly ListMember[]> {
  const { rows } = await db.query<ListMember & Record<string, unknown>>(
    `SELECT ${MEMBER_COLUMNS} FROM {schema}.batch_list_members
     WHERE list_id = $1 AND email_key > coalesce($2, '') ORDER BY email_key LIMIT $3`,
    [listId, after, limit],
  );
  return rows;
}

export async function listRejects(db: Db, { listId, after, limit }: MemberPage): Promise<readonly ListReject[]> {
  const { rows } = await db.query<ListReject & Record<string, unknown>>(
    `SELECT id::text, line::float8, external_id AS "externalId", value, reason FROM {schema}.batch_list_rejects
     WHERE list_id = $1 AND ($2::bigint IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [listId, after, limit],
  );
  return rows;
}
