// Deliveries: one row for each event that is sent to an endpoint, with its outcome.
import type { Db } from '../../../scheduler/public.js';

export interface WebhookDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly event: string;
  readonly payload: unknown;
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly responseStatus: number | null;
  readonly error: string | null;
  readonly durationMs: number | null;
  readonly createdAt: Date;
  readonly deliveredAt: Date | null;
}

type Row = WebhookDelivery & Record<string, unknown>;
const COLUMNS = `id, endpoint_id AS "endpointId", event, payload, status, attempts, response_status AS "responseStatus", error,
  duration_ms AS "durationMs", created_at AS "createdAt", delivered_at AS "deliveredAt"`;

export interface NewDelivery {
  readonly id: string;
  readonly endpoint_id: string;
  readonly event: string;
  readonly payload: unknown;
}

export async function insertDeliveries(db: Db, deliveries: readonly NewDelivery[]): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.webhook_deliveries (id, endpoint_id, event, payload)
     SELECT d.id, d.endpoint_id, d.event, d.payload
     FROM json_to_recordset($1::json) AS d (id uuid, endpoint_id uuid, event text, payload jsonb)
     JOIN {schema}.webhook_endpoints e ON e.id = d.endpoint_id`,
    [JSON.stringify(deliveries)],
  );
}

export async function findDelivery(db: Db, id: string): Promise<WebhookDelivery | undefined> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM {schema}.webhook_deliveries WHERE id = $1`, [id]);
  return rows[0];
}

/** One page, newest first: ids increase with time. */
export async function listDeliveries(
  db: Db,
  query: { endpointId: string; status: string | null; before: string | null; limit: number },
): Promise<readonly WebhookDelivery[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM {schema}.webhook_deliveries
     WHERE endpoint_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [query.endpointId, query.status, query.before, query.limit],
  );
  return rows;
}

export interface DeliveryAttempt {
  readonly status: WebhookDelivery['status'];
  readonly responseStatus: number | null;
  readonly error: string | null;
  readonly durationMs: number;
}

/** Writes the outcome of an attempt; a delivered one is not changed. */
export async function recordAttempt(db: Db, id: string, attempt: DeliveryAttempt): Promise<void> {
  await db.query(
    `UPDATE {schema}.webhook_deliveries SET status = $2, attempts = attempts + 1, response_status = $3, error = $4,
       duration_ms = $5, delivered_at = CASE WHEN $2 = 'delivered' THEN now() END
     WHERE id = $1 AND status <> 'delivered'`,
    [id, attempt.status, attempt.responseStatus, attempt.error, attempt.durationMs],
  );
}

/** Null for an invalid id: a job may have died because of its payload. */
const DELIVERY_ID = `substring(j.payload ->> 'delivery_id' FROM '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$')::uuid`;

/** Ends deliveries that are still pending although their jobs have ended; the error is that of the job. */
export async function endDeliveriesOf(db: Db, jobIds: readonly string[]): Promise<void> {
  await db.query(
    `UPDATE {schema}.webhook_deliveries d SET status = 'dead', error = j.error_message
     FROM {schema}.jobs j
     WHERE j.id = ANY ($1::uuid[]) AND d.id = ${DELIVERY_ID} AND d.status = 'pending'`,
    [jobIds],
  );
}

/** Marks it for redelivery as the same message. False: it is pending, because a job is delivering it. */
export async function reopenDelivery(db: Db, id: string): Promise<boolean> {
  const result = await db.query(
    `UPDATE {schema}.webhook_deliveries SET status = 'pending', delivered_at = NULL WHERE id = $1 AND status <> 'pending'`,
    [id],
  );
  return result.rowCount === 1;
}

/** Deletes up to `limit` deliveries older than `days`. */
export async function deleteOldDeliveries(db: Db, days: number, limit: number): Promise<number> {
  const result = await db.query(
    `DELETE FROM {schema}.webhook_deliveries WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM {schema}.webhook_deliveries WHERE created_at < now() - $1::integer * interval '1 day'
       ORDER BY created_at LIMIT $2))`,
    [days, limit],
  );
  return result.rowCount ?? 0;
}
