// Pages that are queued for publication, with their team and their current charge.
import type { Db } from '../../../scheduler/public.js';
import { CHARGE_COLUMNS, type ChargeRow } from './charges.js';

/** Ids of waiting pages, one of each team in turn, so that a team with many does not delay the others. */
export async function queuedPageIds(db: Db, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id::text FROM (
       SELECT id, team_id, row_number() OVER (PARTITION BY team_id ORDER BY id) AS turn
       FROM {schema}.billing_pages WHERE publish_queued
     ) p ORDER BY turn, team_id LIMIT $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

export interface QueuedPage {
  readonly id: string;
  readonly name: string | null;
  readonly team_id: string | null;
  readonly customer_id: string | null;
  readonly slack_channel: string | null;
  /** The open or paid charge, otherwise the latest. */
  readonly charge: (ChargeRow & { readonly age_s: number }) | null;
}

type Row = ChargeRow & {
  readonly of_page: string;
  readonly page_name: string | null;
  readonly of_team: string | null;
  readonly of_customer: string | null;
  readonly slack_channel: string | null;
  readonly age_s: number | null;
} & Record<string, unknown>;

/** The pages that are still waiting, in the order of the ids. */
export async function loadQueuedPages(db: Db, ids: readonly string[]): Promise<readonly QueuedPage[]> {
  const { rows } = await db.query<Row>(
    `SELECT p.id::text AS of_page, p.name AS page_name, p.team_id::text AS of_team,
       nullif(t.stripe_customer_id, '') AS of_customer, nullif(t.slack_channel, '') AS slack_channel, ${CHARGE_COLUMNS},
       extract(epoch FROM now() - c.created_at)::float8 AS age_s
     FROM {schema}.billing_pages p
     LEFT JOIN {schema}.billing_teams t ON t.id = p.team_id
     LEFT JOIN LATERAL (
       SELECT * FROM {schema}.billing_charges l WHERE l.page_id = p.id::text
       ORDER BY (l.status IN ('open', 'paid')) DESC, l.id DESC LIMIT 1
     ) c ON true
     WHERE p.publish_queued AND p.id = ANY ($1)`,
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.of_page, toPage(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function toPage({ of_page, page_name, of_team, of_customer, slack_channel, age_s, ...charge }: Row): QueuedPage {
  return {
    id: of_page,
    name: page_name,
    team_id: of_team,
    customer_id: of_customer,
    slack_channel,
    charge: age_s === null ? null : { ...charge, age_s },
  };
}

/** Publishes them: they are no longer drafts or queued. */
export async function publishPages(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(`UPDATE {schema}.billing_pages SET is_draft = false, publish_queued = false WHERE id = ANY ($1)`, [
    ids,
  ]);
}
