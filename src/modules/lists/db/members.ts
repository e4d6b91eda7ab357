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

/** `search`: part of an address or a name, ignoring case. Reads the list from the cursor until the page is full. */
export async function listMembers(
  db: Db,
  { listId, after, limit, search }: MemberPage & { readonly search: string | null },
): Promise<readonly ListMember[]> {
  const { rows } = await db.query<ListMember & Record<string, unknown>>(
    `SELECT id::text, email_key AS "emailKey", external_id AS "externalId", email, name, joined_at AS "joinedAt"
     FROM {schema}.batch_list_members
     WHERE list_id = $1 AND email_key > coalesce($2, '')
       AND ($4::text IS NULL OR strpos(email_key, lower($4)) > 0 OR strpos(lower(name), lower($4)) > 0)
     ORDER BY email_key LIMIT $3`,
    [listId, after, limit, search],
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
