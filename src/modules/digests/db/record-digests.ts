// Updates the schedules of planned digests, for a whole batch at once.
import type { Db } from '../../../scheduler/public.js';
import { LATE_COMMITS } from './collect-digests.js';

export interface SentDigest {
  readonly key: string;
  /** Updates up to this instant were included. */
  readonly until: Date;
  readonly recent: readonly string[];
}

/** The ids of the previous digest are kept as long as the next one looks back that far. */
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
