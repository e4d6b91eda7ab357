// Counts visits of teams from the visits themselves, including archived ones, so that counting again gives the same result.
import type { Db } from '../../../scheduler/public.js';

/** A part of a team's local day. */
export interface DayStretch {
  readonly team_id: string;
  /** `2026-03-08`. */
  readonly day: string;
  readonly since: Date;
  readonly until: Date;
}

/** A visit that was stored again after it was archived is in both tables; it counts once, by its id. */
const VISITS = `(SELECT id, user_id, visited_at FROM {schema}.analytics_visits
  UNION ALL SELECT id, user_id, visited_at FROM {schema}.analytics_archive)`;

/** Counts these days; a day without visits is stored as 0. */
export async function countDays(db: Db, stretches: readonly DayStretch[]): Promise<void> {
  await db.query(COUNT_DAYS, [
    stretches.map(({ team_id }) => team_id),
    stretches.map(({ day }) => day),
    stretches.map(({ since }) => since.toISOString()),
    stretches.map(({ until }) => until.toISOString()),
  ]);
}

/**
 * Exported so that its plan can be examined. `OFFSET 0` keeps the planner from joining all parts of a team's days with all of its visits:
 * each part reads its own, by the index on (user_id, visited_at).
 */
const COUNT_DAYS = `
  INSERT INTO {schema}.team_stats_daily AS s (team_id, day, visits, visitors)
  SELECT w.team_id, w.day, count(DISTINCT v.id), count(DISTINCT v.user_id)
  FROM (
    SELECT {schema}.analytics_team_id(given.team_id) AS team_id, day, since, until
    FROM unnest($1::text[], $2::date[], $3::timestamptz[], $4::timestamptz[]) AS given (team_id, day, since, until)
  ) w
  LEFT JOIN LATERAL (
    SELECT v.id, v.user_id FROM {schema}.analytics_users u JOIN ${VISITS} v ON v.user_id = u.id
    WHERE u.team_id = w.team_id AND v.visited_at >= w.since AND v.visited_at < w.until OFFSET 0
  ) v ON true
  GROUP BY w.team_id, w.day
  ON CONFLICT (team_id, day) DO UPDATE SET visits = excluded.visits, visitors = excluded.visitors
  WHERE (s.visits, s.visitors) IS DISTINCT FROM (excluded.visits, excluded.visitors)`;

/** A period in which a team's local clock is ahead of UTC by this number of seconds. */
export interface TeamStretch {
  readonly team_id: string;
  readonly since: Date;
  readonly until: Date;
  readonly offset_s: number;
}

/** Counts all days of these teams again, replacing earlier counts. Returns the number of days. */
export async function countTeams(
  db: Db,
  teamIds: readonly string[],
  stretches: readonly TeamStretch[],
): Promise<number> {
  await db.query(
    `DELETE FROM {schema}.team_stats_daily WHERE team_id IN (SELECT {schema}.analytics_team_id(id) FROM unnest($1::text[]) AS id)`,
    [teamIds],
  );
  const { rowCount } = await db.query(COUNT_TEAMS, [
    stretches.map(({ team_id }) => team_id),
    stretches.map(({ since }) => since.toISOString()),
    stretches.map(({ until }) => until.toISOString()),
    stretches.map(({ offset_s }) => offset_s),
  ]);
  return rowCount ?? 0;
}

const COUNT_TEAMS = `
  INSERT INTO {schema}.team_stats_daily (team_id, day, visits, visitors)
  SELECT w.team_id, (v.visited_at AT TIME ZONE 'UTC' + w.offset_s * interval '1 second')::date,
    count(DISTINCT v.id), count(DISTINCT v.user_id)
  FROM (
    SELECT {schema}.analytics_team_id(given.team_id) AS team_id, since, until, offset_s
    FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::int[]) AS given (team_id, since, until, offset_s)
  ) w
  CROSS JOIN LATERAL (
    SELECT v.id, v.user_id, v.visited_at FROM {schema}.analytics_users u JOIN ${VISITS} v ON v.user_id = u.id
    WHERE u.team_id = w.team_id AND v.visited_at >= w.since AND v.visited_at < w.until OFFSET 0
  ) v
  GROUP BY 1, 2`;
