// Collects the updates for a batch of digests, and the preferences of their recipients, in one statement.
import type { Db } from '../../../scheduler/public.js';
import type { DigestUpdate } from '../plan/digest-update.js';

export interface AskedDigest {
  readonly key: string;
  /** The nominal time; after several missed occurrences that of the first, so that none of their updates is omitted. */
  readonly scheduledFor: Date;
  /** The nominal time of the next one, whose updates are not included; null: there is none. */
  readonly next: Date | null;
}

export interface CollectedDigest {
  readonly key: string;
  readonly recipient_id: string;
  readonly group_id: string;
  /** False: it was deleted. */
  readonly has_recipient: boolean;
  readonly muted: boolean;
  readonly has_address: boolean;
  /** True: the recipient has switched digests off. */
  readonly switched_off: boolean;
  /** Updates up to this instant are included: now, by the database's clock, and never beyond the next occurrence. */
  readonly until: Date;
  /** The database's clock, or the manual one. */
  readonly now: Date;
  /** The number of new updates, up to the counting limit. */
  readonly total: number;
  /** The newest ones, up to the schedule's maximum. */
  readonly updates: readonly DigestUpdate[];
  /** Ids of recent updates, before which another one may still be committed. */
  readonly recent: readonly string[];
}

/** Updates of one digest are counted up to this number; beyond it the mail says "more than". */
export const COUNTED = 1_000;

/**
 * A transaction may commit an update later than one that began after it, and the clocks of several machines differ: for this time after a
 * digest, updates from before it that it could not see are looked for again. Those that it included are known by their ids.
 */
export const LATE_COMMITS = `interval '5 minutes'`;

interface Row extends Omit<CollectedDigest, 'updates' | 'recent' | 'total'>, Record<string, unknown> {
  readonly total: string;
  readonly updates: readonly DigestUpdate[] | null;
  readonly recent: readonly string[] | null;
}

/** One row for each requested schedule that still exists, in no particular order. */
export async function collectDigests(
  db: Db,
  asked: readonly AskedDigest[],
  now: Date | null,
): Promise<ReadonlyMap<string, CollectedDigest>> {
  const { rows } = await db.query<Row>(COLLECT, [
    asked.map(({ key }) => key),
    asked.map(({ scheduledFor }) => scheduledFor.toISOString()),
    asked.map(({ next }) => next?.toISOString() ?? null),
    now?.toISOString() ?? null,
  ]);
  return new Map(
    rows.map(({ total, updates, recent, ...row }) => [
      row.key,
      { ...row, total: Number(total), updates: updates ?? [], recent: recent ?? [] },
    ]),
  );
}

/** Exported so that its plan can be tested. */
export const COLLECT = `
  SELECT s.id::text AS key, s.recipient_id::text AS recipient_id, s.group_id::text AS group_id, r.id IS NOT NULL AS has_recipient,
    coalesce(r.muted_until > a.now, false) AS muted,
    coalesce(r.email, '') <> '' AS has_address, coalesce(r.preferences #>> '{categories,digest,email}', '') = 'false' AS switched_off, a.until, a.now,
    coalesce(found.total, 0)::text AS total, found.updates, found.recent
  -- the arrays pass through a CTE so that the planner does not know their length: with some hundreds, it would read the tables of
  -- schedules and recipients whole instead of looking up each row
  FROM (WITH given AS MATERIALIZED (SELECT $1::text[] AS keys, $2::timestamptz[] AS nominals, $3::timestamptz[] AS nexts)
    SELECT asked.key, asked.nominal, clock.now, least(clock.now, asked.next) AS until
    FROM given, unnest(keys, nominals, nexts) AS asked (key, nominal, next),
      (SELECT date_trunc('milliseconds', coalesce($4::timestamptz, now())) AS now) AS clock) AS a
  JOIN {schema}.digest_schedule_rows s ON s.id = {schema}.to_digest_schedule_id(a.key)
  LEFT JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(s.recipient_id::text)
  CROSS JOIN LATERAL (SELECT
    CASE WHEN s.recent_updates IS NOT NULL AND date_trunc('milliseconds', s.last_digest_sent) = (s.recent_updates ->> 'until')::timestamptz
      THEN s.recent_updates -> 'ids' END AS told,
    CASE jsonb_typeof(to_jsonb(s.include_content_types)) WHEN 'array' THEN nullif(to_jsonb(s.include_content_types), '[]') END AS types,
    least(greatest(coalesce(s.max_updates_per_digest, 20), 1), 200) AS most
    OFFSET 0) AS wish
  LEFT JOIN LATERAL (
    SELECT count(*) AS total,
      json_agg(json_build_object('id', u.id, 'authorId', u.author_id, 'contentType', u.content_type, 'title', left(u.title, 300),
        'body', left(u.body, 1000), 'createdAt',
        to_char(u.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY u.place)
        FILTER (WHERE u.place <= wish.most) AS updates,
      json_agg(u.id) FILTER (WHERE u.created_at > a.until - ${LATE_COMMITS}) AS recent
    FROM (
      SELECT n.*, row_number() OVER (ORDER BY n.created_at DESC, n.id DESC) AS place
      FROM (
        SELECT u.id, u.author_id, u.content_type, u.title, u.body, u.created_at
        FROM {schema}.digest_updates u
        WHERE u.group_id = {schema}.to_update_group(s.group_id::text)
          AND u.created_at > {schema}.digest_since(s.frequency::text, s.last_digest_sent, a.nominal)
            - CASE WHEN wish.told IS NULL THEN interval '0' ELSE ${LATE_COMMITS} END
          AND u.created_at <= a.until
          AND (wish.types IS NULL OR wish.types ? u.content_type)
          AND (wish.told IS NULL OR NOT wish.told ? u.id)
        ORDER BY u.created_at DESC LIMIT ${COUNTED + 1}
      ) n
    ) u
  ) found ON r.id IS NOT NULL AND NOT coalesce(r.muted_until > a.now, false)`;
