// Webhook endpoints and the events that they receive.
import type { Db } from '../../../scheduler/public.js';

/** A signing secret, encrypted; `expires_at` null: valid indefinitely. */
export interface StoredSecret {
  readonly value: string;
  readonly expires_at: string | null;
}

/** The fields of an endpoint that are shown, without its secrets. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly workspaceId: string | null;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  readonly types: readonly string[] | null;
  readonly enabled: boolean;
  readonly disabledWhy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface EndpointRow extends WebhookEndpoint {
  readonly secrets: readonly StoredSecret[];
}

type Row = EndpointRow & Record<string, unknown>;
const COLUMNS = `id, workspace_id AS "workspaceId", url, description, events, types, enabled, disabled_why AS "disabledWhy", secrets,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

export type NewEndpoint = Pick<
  EndpointRow,
  'id' | 'workspaceId' | 'url' | 'description' | 'events' | 'types' | 'secrets'
>;

export async function insertEndpoint(db: Db, endpoint: NewEndpoint): Promise<EndpointRow> {
  const { rows } = await db.query<Row>(
    `INSERT INTO {schema}.webhook_endpoints (id, workspace_id, url, description, events, types, secrets)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    [
      endpoint.id,
      endpoint.workspaceId,
      endpoint.url,
      endpoint.description,
      endpoint.events,
      endpoint.types,
      JSON.stringify(endpoint.secrets),
    ],
  );
  return rows[0] as EndpointRow;
}

export async function findEndpoint(db: Db, id: string): Promise<EndpointRow | undefined> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM {schema}.webhook_endpoints WHERE id = $1`, [id]);
  return rows[0];
}

/** All, or those of one workspace; newest first. */
export async function listEndpoints(db: Db, workspaceId?: string): Promise<readonly EndpointRow[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM {schema}.webhook_endpoints WHERE $1::text IS NULL OR workspace_id = $1
     ORDER BY created_at DESC, id`,
    [workspaceId ?? null],
  );
  return rows;
}

export interface EndpointPatch {
  readonly url?: string;
  readonly description?: string | null;
  readonly events?: readonly string[];
  readonly types?: readonly string[] | null;
  readonly enabled?: boolean;
  readonly disabledWhy?: string | null;
}

/** Changes the given fields and keeps the rest. */
export async function updateEndpoint(db: Db, id: string, patch: EndpointPatch): Promise<EndpointRow | undefined> {
  const { rows } = await db.query<Row>(
    `UPDATE {schema}.webhook_endpoints SET
       url = coalesce($2, url), events = coalesce($3, events), enabled = coalesce($4, enabled),
       description = CASE WHEN $5 THEN $6 ELSE description END,
       types = CASE WHEN $7 THEN $8 ELSE types END,
       disabled_why = CASE WHEN $4 THEN NULL ELSE coalesce($9, disabled_why) END, updated_at = now()
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [
      id,
      patch.url ?? null,
      patch.events ?? null,
      patch.enabled ?? null,
      patch.description !== undefined,
      patch.description ?? null,
      patch.types !== undefined,
      patch.types ?? null,
      patch.disabledWhy ?? null,
    ],
  );
  return rows[0];
}

export async function deleteEndpoint(db: Db, id: string): Promise<boolean> {
  const result = await db.query('DELETE FROM {schema}.webhook_endpoints WHERE id = $1', [id]);
  return result.rowCount === 1;
}

/** Locks an endpoint, so that concurrent rotations do not lose a secret. */
export async function lockEndpoint(db: Db, id: string): Promise<EndpointRow | undefined> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM {schema}.webhook_endpoints WHERE id = $1 FOR UPDATE`, [
    id,
  ]);
  return rows[0];
}

export async function saveSecrets(db: Db, id: string, secrets: readonly StoredSecret[]): Promise<void> {
  await db.query('UPDATE {schema}.webhook_endpoints SET secrets = $2, updated_at = now() WHERE id = $1', [
    id,
    JSON.stringify(secrets),
  ]);
}
