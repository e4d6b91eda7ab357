// Teams that are past due, their position in the sequence of mails, and the outcomes of the mails.
import type { Db } from '../../../scheduler/public.js';

/** Follows the host's teams: adds those that are past due, and removes those that no longer are. */
export async function followPastDueTeams(db: Db, now: Date | null): Promise<void> {
  await db.query(
    `WITH due AS MATERIALIZED (
       SELECT id::text AS team_id, nullif(timezone, '') AS timezone FROM {schema}.billing_teams
       WHERE stripe_subscription_status = 'past_due'
     ), left_it AS (
       DELETE FROM {schema}.billing_dunning d WHERE NOT EXISTS (SELECT FROM due WHERE due.team_id = d.team_id)
     )
     INSERT INTO {schema}.billing_dunning AS d (team_id, timezone, since)
     SELECT team_id, timezone, coalesce($1::timestamptz, now()) FROM due
     ON CONFLICT (team_id) DO UPDATE SET timezone = excluded.timezone WHERE d.timezone IS DISTINCT FROM excluded.timezone`,
    [now],
  );
}

export interface DunningTeam {
  readonly team_id: string;
  readonly name: string | null;
  readonly since: Date;
  /** `2026-03-08`; null: this is the first occurrence. */
  readonly first_on: string | null;
  readonly steps: number;
  readonly last_sent: Date | null;
  /** Admins with an address, each address once. */
  readonly admins: readonly { readonly email: string; readonly name: string | null }[];
}

/** Those of these teams that are past due now. */
export async function loadDunningTeams(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, DunningTeam>> {
  const { rows } = await db.query<DunningTeam & Record<string, unknown>>(
    `WITH admins AS MATERIALIZED (
       SELECT DISTINCT ON (team_id, lower(email)) team_id::text AS team_id, email, name FROM {schema}.billing_pages
       WHERE team_id::text = ANY ($1) AND is_admin AND email <> '' ORDER BY team_id, lower(email), id
     )
     SELECT d.team_id, t.name, d.since, d.first_on::text AS first_on, d.steps, t.last_dunning_email_sent AS last_sent,
       (SELECT coalesce(json_agg(json_build_object('email', a.email, 'name', a.name) ORDER BY lower(a.email)), '[]')
        FROM admins a WHERE a.team_id = d.team_id) AS admins
     FROM {schema}.billing_dunning d JOIN {schema}.billing_teams t ON t.id::text = d.team_id
     WHERE d.team_id = ANY ($1) AND t.stripe_subscription_status = 'past_due'`,
    [ids],
  );
  return new Map(rows.map((row) => [row.team_id, row]));
}

export interface DunningRecord {
  readonly team_id: string;
  /** Local date of the first occurrence. */
  readonly first_on: string;
  /** The number of completed steps afterwards. */
  readonly steps: number;
  readonly sent: number;
  readonly failed: number;
  readonly skipped: number;
  readonly reason: string | null;
}

/** Records without a mail write no entry to the log. */
export async function recordDunning(db: Db, records: readonly DunningRecord[], now: Date): Promise<void> {
  await db.query(
    `WITH given AS MATERIALIZED (
       SELECT * FROM json_to_recordset($1::json) AS g (team_id text, first_on date, steps int, sent int, failed int, skipped int,
         reason text)
     ), moved AS (
       UPDATE {schema}.billing_dunning d SET first_on = g.first_on, steps = g.steps FROM given g WHERE d.team_id = g.team_id
     ), told AS (
       UPDATE {schema}.billing_teams t SET last_dunning_email_sent = $2 FROM given g WHERE t.id::text = g.team_id AND g.sent > 0
     )
     INSERT INTO {schema}.billing_dunning_log (team_id, step, at, sent, failed, skipped, reason)
     SELECT team_id, steps, $2, sent, failed, skipped, reason FROM given WHERE sent + failed + skipped > 0`,
    [JSON.stringify(records), now],
  );
}

export interface DunningCounts {
  readonly sent: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Outcomes of mails since the last call. */
export async function takeDunningCounts(db: Db): Promise<DunningCounts> {
  const { rows } = await db.query<{ sent: number; failed: number; skipped: number }>(
    `WITH taken AS (
       UPDATE {schema}.billing_dunning_log SET reported = true WHERE NOT reported RETURNING sent, failed, skipped
     )
     SELECT coalesce(sum(sent), 0)::int AS sent, coalesce(sum(failed), 0)::int AS failed,
       coalesce(sum(skipped), 0)::int AS skipped FROM taken`,
  );
  return rows[0] as DunningCounts;
}
