// The statistics of a team, for its members.
import type { Db } from '../../../scheduler/public.js';

export interface OwnTeam {
  readonly team_id: string;
  readonly name: string | null;
  readonly timezone: string | null;
}

/** The team of a user; null: there is no such user, or the user is in no team. */
export async function findOwnTeam(db: Db, userId: string): Promise<OwnTeam | null> {
  const { rows } = await db.query<OwnTeam & Record<string, unknown>>(
    `SELECT t.id::text AS team_id, t.name, t.timezone FROM {schema}.analytics_users u
     JOIN {schema}.analytics_teams t ON t.id = u.team_id WHERE u.id = {schema}.analytics_user_id($1)`,
    [userId],
  );
  return rows[0] ?? null;
}

export interface StatsDay {
  /** `2026-03-08`. */
  readonly day: string;
  readonly visits: number;
  readonly visitors: number;
}

/** Days that were counted, from `since` to `until`, both included. */
export async function readStats(db: Db, teamId: string, since: string, until: string): Promise<readonly StatsDay[]> {
  const { rows } = await db.query<{ day: string; visits: string; visitors: number }>(
    `SELECT day::text, visits::text, visitors FROM {schema}.team_stats_daily
     WHERE team_id = {schema}.analytics_team_id($1) AND day BETWEEN $2::date AND $3::date ORDER BY day`,
    [teamId, since, until],
  );
  return rows.map((row) => ({ ...row, visits: Number(row.visits) }));
}
