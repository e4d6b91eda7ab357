// What planned digests leave on their schedules, for a whole batch at once.
import type { Db } from '../../../scheduler/public.js';
import { LATE_COMMITS } from './collect-digests.js';

export interface SentDigest {
  readonly key: string;
  /** Updates were told of up to this instant. */
  readonly until: Date;
  readonly recent: readonly string[];
}

/** Ids that the digest before told of stay known while the next one looks as far back as to them. */
export async function recordDigests(db: Db, sent: readonly SentDigest[]): Promise<void> {
  await db.query(
    `WITH given AS MATERIALIZED (SELECT $1::text[] AS keys, $2::timestamptz[] AS untils, $3::jsonb[] AS recents)
     UPDATE {schema}.digest_schedule_rows s SET last_digest_sent = d.until,
       recent_updates = CASE
         WHEN date_trunc('milliseconds', s.last_digest_sent) = (s.recent_updates ->> 'until')::timestamptz
           AND s.last_digest_sent > d.until - ${LATE_COMMITS}
         THEN jsonb_set(d.recent, '{ids}', (d.recent -> 'ids') || (s.recent_updates -> 'ids'))
         ELSE d.recent END
     FROM given, unnest(keys, untils, recents) AS d (key, until, recent)
     WHERE s.id = {schema}.to_digest_schedule_id(d.key)`,
    [
      sent.map(({ key }) => key),
      sent.map(({ until }) => until.toISOString()),
      sent.map(({ until, recent }) => JSON.stringify({ until: until.toISOString(), ids: recent })),
    ],
  );
}
