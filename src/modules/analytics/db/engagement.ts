// Teams that get the weekly mail, their users and days, and the outcomes of the mails.
import type { Db } from '../../../scheduler/public.js';

export interface FollowedTeam {
  readonly team_id: string;
  readonly timezone: string | null;
}

/** Plans teams whose visits have been counted, in their zone, from now on. */
export async function followTeams(db: Db, teams: readonly FollowedTeam[]): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.analytics_engagement AS e (team_id, timezone)
     SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT (team_id) DO UPDATE SET timezone = excluded.timezone WHERE e.timezone IS DISTINCT FROM excluded.timezone`,
    [teams.map(({ team_id }) => team_id), teams.map(({ timezone }) => timezone)],
  );
}

export interface Person {
  readonly user_id: string;
  readonly email: string;
  readonly name: string | null;
}

export interface EngagedTeam {
  readonly team_id: string;
  readonly name: string | null;
  /** Users with an address, each address once. */
  readonly people: readonly Person[];
}

/** By id; deleted teams are omitted. */
export async function loadEngagedTeams(
  db: Db,
  ids: readonly string[],
  adminsOnly: boolean,
): Promise<ReadonlyMap<string, EngagedTeam>> {
  const { rows } = await db.query<EngagedTeam & Record<string, unknown>>(
    `SELECT t.id::text AS team_id, t.name, coalesce(p.people, '[]') AS people
     FROM (SELECT {schema}.analytics_team_id(id) AS id FROM unnest($1::text[]) AS id) g JOIN {schema}.analytics_teams t ON t.id = g.id
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_object('user_id', id::text, 'email', email, 'name', name) ORDER BY lower(email)) AS people
       FROM (
         SELECT DISTINCT ON (lower(u.email)) u.id, u.email, u.name FROM {schema}.analytics_users u
         WHERE u.team_id = t.id AND u.email <> '' AND (u.is_admin OR NOT $2) ORDER BY lower(u.email), u.id
       ) one
     ) p ON true`,
    [ids, adminsOnly],
  );
  return new Map(rows.map((row) => [row.team_id, row]));
}

export interface KnownRecipient {
  readonly id: string;
  readonly user_id: string;
  readonly email: string;
  /** The recipient has switched off the category, or is muted. */
  readonly opted_out: boolean;
}

/** Rows of `recipients` for these users; none where the notifications module has no such table. */
export async function findRecipients(
  db: Db,
  userIds: readonly string[],
  { category, now }: { readonly category: string; readonly now: Date | null },
): Promise<readonly KnownRecipient[]> {
  const there = await db.query<{ there: boolean }>(
    `SELECT to_regclass('{schema}.notification_recipients') IS NOT NULL AS there`,
  );
  if (!there.rows[0]?.there || userIds.length === 0) return [];
  const { rows } = await db.query<KnownRecipient & Record<string, unknown>>(
    `SELECT id::text, user_id, email, coalesce(muted_until > coalesce($3::timestamptz, now()), false)
       OR coalesce(preferences #>> ARRAY['categories', $2, 'email'], '') = 'false' AS opted_out
     FROM {schema}.notification_recipients WHERE user_id = ANY ($1::text[]) AND email <> '' ORDER BY id`,
    [userIds, category, now],
  );
  return rows;
}

export interface CountedDay {
  readonly team_id: string;
  readonly day: string;
  readonly visits: number;
}

/** Days with visits; `since` and `until` (the first day that is not part of it) are those of each team. */
export async function loadDays(
  db: Db,
  wanted: readonly { readonly team_id: string; readonly since: string; readonly until: string }[],
): Promise<readonly CountedDay[]> {
  const { rows } = await db.query<{ team_id: string; day: string; visits: string }>(
    `SELECT s.team_id::text, s.day::text, s.visits::text
     FROM (
       SELECT {schema}.analytics_team_id(team_id) AS team_id, since, until
       FROM unnest($1::text[], $2::date[], $3::date[]) AS given (team_id, since, until)
     ) w
     JOIN {schema}.team_stats_daily s ON s.team_id = w.team_id AND s.day >= w.since AND s.day < w.until
     WHERE s.visits > 0 ORDER BY s.team_id, s.day`,
    [wanted.map(({ team_id }) => team_id), wanted.map(({ since }) => since), wanted.map(({ until }) => until)],
  );
  return rows.map((row) => ({ ...row, visits: Number(row.visits) }));
}

export interface EngagementRecord {
  readonly team_id: string;
  readonly sent: number;
  readonly skipped: number;
  readonly reason: string | null;
}

export async function recordEngagement(db: Db, records: readonly EngagementRecord[], at: Date): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.analytics_engagement_log (team_id, at, sent, skipped, reason)
     SELECT team_id, $2, sent, skipped, reason
     FROM json_to_recordset($1::json) AS g (team_id text, sent int, skipped int, reason text)`,
    [JSON.stringify(records), at],
  );
}

/** Outcomes of mails since the last call. */
export async function takeEngagementCounts(db: Db): Promise<{ readonly sent: number; readonly skipped: number }> {
  const { rows } = await db.query<{ sent: number; skipped: number }>(
    `WITH taken AS (
       UPDATE {schema}.analytics_engagement_log SET reported = true WHERE NOT reported RETURNING sent, skipped
     )
     SELECT coalesce(sum(sent), 0)::int AS sent, coalesce(sum(skipped), 0)::int AS skipped FROM taken`,
  );
  return rows[0] as { sent: number; skipped: number };
}
