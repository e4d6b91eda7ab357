// The owners of recipients, checked before something is sent to one by its id.
import type { Db } from '../../../scheduler/public.js';

export interface RecipientOwner {
  /** The id as requested. */
  readonly asked: string;
  readonly user_id: string | null;
  readonly workspace_id: string | null;
}

/** Those that exist; an invalid id is not found. */
export async function findRecipientOwners(db: Db, ids: readonly string[]): Promise<readonly RecipientOwner[]> {
  const { rows } = await db.query<RecipientOwner & Record<string, unknown>>(
    `SELECT a.asked, r.user_id, r.workspace_id FROM unnest($1::text[]) AS a (asked)
     JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(a.asked)`,
    [ids],
  );
  return rows;
}
