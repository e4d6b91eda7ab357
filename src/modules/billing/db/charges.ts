// The charge ledger. States of a charge, and what moves it:
//
//   open ──succeeded──▶ paid ◀──the customer confirmed it later── declined ──operator──▶ retrying
//    │ ▲ └──────────────refused──────────────────────────────────▶ │                       │
//    │ └─ outcome not known: the same key again                    └──────new charge───────┴──▶ superseded
//    └─ a day old, and the provider has no payment ──▶ expired (a new charge follows)
import type { Db } from '../../../scheduler/public.js';

export type ChargeStatus = 'open' | 'paid' | 'declined' | 'retrying' | 'superseded' | 'expired';

export interface ChargeRow {
  readonly id: string;
  readonly page_id: string;
  readonly team_id: string;
  readonly idempotency_key: string;
  readonly amount_cents: number;
  readonly currency: string;
  readonly customer_id: string;
  readonly payment_method_id: string | null;
  readonly status: ChargeStatus;
  readonly unknown_attempts: number;
  readonly payment_intent_id: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly paid_at: Date | null;
}

export const CHARGE_COLUMNS = `c.id::text, c.page_id, c.team_id, c.idempotency_key, c.amount_cents::float8 AS amount_cents, c.currency,
  c.customer_id, c.payment_method_id, c.status, c.unknown_attempts, c.payment_intent_id, c.reason, c.message, c.created_at,
  c.updated_at, c.paid_at`;

export type NewCharge = Pick<
  ChargeRow,
  'id' | 'page_id' | 'team_id' | 'idempotency_key' | 'amount_cents' | 'currency' | 'customer_id' | 'payment_method_id'
> & {
  /** The charge that it replaces, and the new state of that one. */
  readonly replaces: { readonly id: string; readonly as: 'superseded' | 'expired' } | null;
};

/**
 * Opens charges, and closes those that they replace. A page that already has an open or paid charge gets none. Returns the ids of the
 * opened charges.
 */
export async function openCharges(tx: Db, charges: readonly NewCharge[]): Promise<ReadonlySet<string>> {
  await tx.query(
    `UPDATE {schema}.billing_charges c SET status = r.as, updated_at = now()
     FROM jsonb_to_recordset($1) AS r (id uuid, "as" text)
     WHERE c.id = r.id AND c.status = ANY (CASE r.as WHEN 'expired' THEN '{open}'::text[] ELSE '{declined,retrying}' END)`,
    [JSON.stringify(charges.flatMap(({ replaces }) => replaces ?? []))],
  );
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO {schema}.billing_charges
       (id, page_id, team_id, idempotency_key, amount_cents, currency, customer_id, payment_method_id)
     SELECT n.* FROM jsonb_to_recordset($1) AS n (id uuid, page_id text, team_id text, idempotency_key text, amount_cents bigint,
       currency text, customer_id text, payment_method_id text)
     ON CONFLICT (page_id) WHERE status IN ('open', 'paid') DO NOTHING
     RETURNING id::text`,
    [JSON.stringify(charges)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** The outcome of one attempt. */
export interface ChargeOutcome {
  readonly id: string;
  /** `open`: not known yet. */
  readonly status: 'open' | 'paid' | 'declined';
  readonly payment_intent_id: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  /** 1: it may have been charged. */
  readonly unknown: 0 | 1;
}

/** Writes outcomes; returns the ids of the changed charges. A charge that has ended is not changed. */
export async function settleCharges(tx: Db, outcomes: readonly ChargeOutcome[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE {schema}.billing_charges c SET status = o.status, reason = o.reason, message = left(o.message, 2000),
       payment_intent_id = coalesce(o.payment_intent_id, c.payment_intent_id),
       unknown_attempts = c.unknown_attempts + o.unknown, updated_at = now(),
       paid_at = CASE WHEN o.status = 'paid' THEN now() END
     FROM jsonb_to_recordset($1) AS o (id uuid, status text, payment_intent_id text, reason text, message text, unknown int)
     WHERE c.id = o.id AND c.status = ANY (CASE o.status WHEN 'paid' THEN '{open,declined,retrying}'::text[] ELSE '{open}' END)
     RETURNING c.id::text`,
    [JSON.stringify(outcomes)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Requests another attempt; null: it is not declined. */
export async function markForRetry(tx: Db, id: string): Promise<ChargeRow | null> {
  const { rows } = await tx.query<ChargeRow & Record<string, unknown>>(
    `UPDATE {schema}.billing_charges c SET status = 'retrying', updated_at = now()
     WHERE c.id = $1 AND c.status = 'declined' RETURNING ${CHARGE_COLUMNS}`,
    [id],
  );
  return rows[0] ?? null;
}

export async function findCharge(db: Db, id: string): Promise<ChargeRow | null> {
  const { rows } = await db.query<ChargeRow & Record<string, unknown>>(
    `SELECT ${CHARGE_COLUMNS} FROM {schema}.billing_charges c WHERE c.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export interface ChargeFilter {
  readonly status: ChargeStatus | null;
  readonly teamId: string | null;
  readonly pageId: string | null;
  readonly since: Date | null;
  /** Continue after this charge. */
  readonly before: string | null;
  readonly limit: number;
}

/** Newest first: ids increase with time. */
export async function listCharges(db: Db, filter: ChargeFilter): Promise<readonly ChargeRow[]> {
  const { rows } = await db.query<ChargeRow & Record<string, unknown>>(
    `SELECT ${CHARGE_COLUMNS} FROM {schema}.billing_charges c
     WHERE ($1::text IS NULL OR c.status = $1) AND ($2::text IS NULL OR c.team_id = $2) AND ($3::text IS NULL OR c.page_id = $3)
       AND ($4::timestamptz IS NULL OR c.created_at >= $4) AND ($5::uuid IS NULL OR c.id < $5)
     ORDER BY c.id DESC LIMIT $6`,
    [filter.status, filter.teamId, filter.pageId, filter.since, filter.before, filter.limit],
  );
  return rows;
}
