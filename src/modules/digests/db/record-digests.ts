// What planned digests leave on their schedules, for a whole batch at once.
import type { Db } from '../../../scheduler/public.js';

export interface SentDigest {
  readonly key: string;
  /** Updates were told of up to this instant. */
  readonly until: Date;
  readonly recent: readonly string[];
}

export async function recordDigests(db: Db, sent: readonly SentDigest[]): Promise<void> {
  await db.query(
    `UPDATE {schema}.digest_schedule_rows s SET last_digest_sent = d.until, recent_updates = d.recent
     FROM unnest($1::text[], $2::timestamptz[], $3::jsonb[]) AS d (key, until, recent)
     WHERE s.id = {schema}.to_digest_schedule_id(d.key)`,
    [
      sent.map(({ key }) => key),
      sent.map(({ until }) => until.toISOString()),
      sent.map(({ until, recent }) => JSON.stringify({ until: until.toISOString(), ids: recent })),
    ],
  );
}
