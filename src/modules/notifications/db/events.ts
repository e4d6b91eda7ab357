// Events of mail providers: each is recorded once, with its effects, in one statement.
import type { Db } from '../../../scheduler/public.js';

export interface EventRow {
  readonly event_id: string;
  readonly kind: string;
  readonly address: string;
  readonly detail: string | null;
  /** Candidates: the first part of our Message-IDs is the id of the notification. */
  readonly candidates: readonly { readonly id: string; readonly message_id: string }[];
}

export interface RecordedEvents {
  readonly recorded: number;
  /** The number of these that belong to a stored notification. */
  readonly matched: number;
  readonly suppressed: number;
}

/** Events that were recorded before are left out. */
export async function recordEvents(db: Db, provider: string, events: readonly EventRow[]): Promise<RecordedEvents> {
  const { rows } = await db.query<RecordedEvents & Record<string, unknown>>(
    `WITH told AS MATERIALIZED (
       SELECT t.event_id, t.kind, t.address, t.detail, (
         SELECT n.id FROM json_to_recordset(t.candidates) AS c (id uuid, message_id text)
         JOIN {schema}.notifications n ON n.id = c.id AND n.message_id = c.message_id LIMIT 1) AS notification_id
       FROM json_to_recordset($2::json) AS t (event_id text, kind text, address text, detail text, candidates json)
     ), fresh AS (
       INSERT INTO {schema}.notification_events AS e (provider, event_id, kind, address, notification_id)
       SELECT $1, event_id, kind, address, notification_id FROM told
       -- in a fixed order, so that two calls do not deadlock
       ORDER BY event_id ON CONFLICT DO NOTHING RETURNING e.event_id
     ), new AS (
       SELECT DISTINCT ON (t.event_id) t.* FROM told t JOIN fresh USING (event_id)
     ), listed AS (
       INSERT INTO {schema}.notification_suppressions (delivery_method, address, category, reason, detail, source, notification_id)
       SELECT DISTINCT ON (address) 'email', address, '*', kind, detail, $1, notification_id
       FROM new WHERE kind IN ('hard_bounce', 'complaint') ORDER BY address
       ON CONFLICT DO NOTHING RETURNING 1
     ), logged AS (
       INSERT INTO {schema}.notification_log (notification_id, attempt, status, transport, response)
       SELECT n.id, n.attempts, CASE new.kind WHEN 'complaint' THEN 'complained' ELSE 'bounced' END, $1,
         concat_ws(': ', replace(new.kind, '_', ' '), new.detail)
       FROM new JOIN {schema}.notifications n ON n.id = new.notification_id
       RETURNING 1
     )
     SELECT (SELECT count(*)::integer FROM fresh) AS recorded, (SELECT count(*)::integer FROM logged) AS matched,
       (SELECT count(*)::integer FROM listed) AS suppressed`,
    [provider, JSON.stringify(events)],
  );
  return rows[0] as RecordedEvents;
}
