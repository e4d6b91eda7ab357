// Teams and their admins.
import type { Db } from '../../../scheduler/public.js';

export interface TeamAdmin {
  readonly email: string;
  readonly name: string | null;
}

/** Admins with an address, each address once. */
export async function teamAdmins(db: Db, teamId: string): Promise<readonly TeamAdmin[]> {
  const { rows } = await db.query<{ email: string; name: string | null }>(
    `SELECT DISTINCT ON (lower(email)) email, name FROM {schema}.billing_pages
     WHERE team_id = $1 AND is_admin AND email <> '' ORDER BY lower(email), id`,
    [teamId],
  );
  return rows;
}

export interface Team {
  readonly id: string;
  readonly name: string | null;
}

export async function findTeam(db: Db, teamId: string): Promise<Team | null> {
  const { rows } = await db.query<{ id: string; name: string | null }>(
    `SELECT id::text, name FROM {schema}.billing_teams WHERE id = $1`,
    [teamId],
  );
  return rows[0] ?? null;
}
