// What must be counted again: recorded by triggers in the transactions that make the changes, and taken in batches. Rows are selected once
// and deleted by their position: with IN, a plan made when the table was empty would select them again for each row of the table.
import type { Db } from '../../../scheduler/public.js';

export interface ChangedTeam {
  readonly team_id: string;
  readonly timezone: string | null;
  /** Hours since 1970 in which users of the team have changed visits. */
  readonly hours: readonly number[];
}

export interface ChangedHours {
  readonly changes: number;
  /** The last of them, after which the next batch begins. */
  readonly last: string | null;
  readonly teams: readonly ChangedTeam[];
}

/** Nothing is counted for users without a team, and for deleted teams. */
export async function takeChangedHours(db: Db, after: string, most: number): Promise<ChangedHours> {
  const { rows } = await db.query<ChangedHours & Record<string, unknown>>(
    `WITH taken AS (
       DELETE FROM {schema}.analytics_changes WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM {schema}.analytics_changes WHERE id > $1 AND team_id IS NULL ORDER BY id LIMIT $2
       )) RETURNING id, user_id, hour
     ), changed AS (
       SELECT u.team_id, array_agg(DISTINCT t.hour) AS hours
       FROM (SELECT DISTINCT user_id, hour FROM taken) t JOIN {schema}.analytics_users u ON u.id = t.user_id
       WHERE u.team_id IS NOT NULL GROUP BY u.team_id
     )
     SELECT (SELECT count(*) FROM taken)::int AS changes, (SELECT max(id) FROM taken)::text AS last,
       (SELECT coalesce(json_agg(json_build_object('team_id', t.id::text, 'timezone', t.timezone, 'hours', c.hours)), '[]')
        FROM changed c JOIN {schema}.analytics_teams t ON t.id = c.team_id) AS teams`,
    [after, most],
  );
  return rows[0] as ChangedHours;
}

export interface ChangedWhole {
  readonly changes: number;
  readonly last: string | null;
  readonly teams: readonly {
    readonly team_id: string;
    readonly timezone: string | null;
    /** The time of the team's first visit in epoch milliseconds; null: it has none. */
    readonly first: number | null;
    readonly latest: number | null;
  }[];
}

const EDGE = (column: string, order: string): string => `
  (SELECT e.at FROM {schema}.analytics_users u
     CROSS JOIN LATERAL (
       (SELECT visited_at FROM {schema}.analytics_visits v WHERE v.user_id = u.id ${BOUNDS} ORDER BY visited_at ${order} LIMIT 1)
       UNION ALL
       (SELECT visited_at FROM {schema}.analytics_archive v WHERE v.user_id = u.id ${BOUNDS} ORDER BY visited_at ${order} LIMIT 1)
     ) e (at)
   WHERE u.team_id = t.id ORDER BY e.at ${order} LIMIT 1) AS ${column}`;

/** The years in which visits are counted, as in analytics_note_visits. */
const BOUNDS = `AND visited_at >= '1900-01-01 00:00Z' AND visited_at < '2200-01-01 00:00Z'`;

/** Teams that must be counted completely. */
export async function takeChangedTeams(db: Db, after: string, most: number): Promise<ChangedWhole> {
  const { rows } = await db.query<ChangedWhole & Record<string, unknown>>(
    `WITH taken AS (
       DELETE FROM {schema}.analytics_changes WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM {schema}.analytics_changes WHERE id > $1 AND team_id IS NOT NULL ORDER BY id LIMIT $2
       )) RETURNING id, team_id
     ), teams AS (
       SELECT t.id, t.timezone, ${EDGE('first', 'ASC')}, ${EDGE('latest', 'DESC')}
       FROM {schema}.analytics_teams t WHERE t.id IN (SELECT team_id FROM taken)
     )
     SELECT (SELECT count(*) FROM taken)::int AS changes, (SELECT max(id) FROM taken)::text AS last,
       (SELECT coalesce(json_agg(json_build_object('team_id', id::text, 'timezone', timezone,
          'first', floor(extract(epoch FROM first) * 1000), 'latest', floor(extract(epoch FROM latest) * 1000))), '[]') FROM teams) AS teams`,
    [after, most],
  );
  return rows[0] as ChangedWhole;
}
