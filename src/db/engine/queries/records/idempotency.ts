// Idempotency keys: a repeated trigger returns its first run, for 24 hours.
import type { Db } from '../../../database.js';

export interface IdempotencyKey {
  readonly process: string;
  readonly key: string;
  /** Hash of the request: the same key with a different request is refused. */
  readonly fingerprint: string;
  readonly runId: string;
}

interface KeyRow extends Record<string, unknown> {
  readonly run_id: string;
  readonly fingerprint: string;
}

/** The run of this key, if it is younger than 24 hours. */
export async function findIdempotencyKey(db: Db, process: string, key: string): Promise<KeyRow | null> {
  const { rows } = await db.query<KeyRow>(
    `SELECT run_id, fingerprint FROM {schema}.idempotency_keys
     WHERE process = $1 AND key = $2 AND created_at > now() - interval '24 hours'`,
    [process, key],
  );
  return rows[0] ?? null;
}

/** False: the key is already taken. In the transaction that starts the run. */
export async function insertIdempotencyKey(db: Db, entry: IdempotencyKey): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO {schema}.idempotency_keys AS k (process, key, fingerprint, run_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (process, key) DO UPDATE
       SET fingerprint = excluded.fingerprint, run_id = excluded.run_id, created_at = now()
       WHERE k.created_at <= now() - interval '24 hours'`,
    [entry.process, entry.key, entry.fingerprint, entry.runId],
  );
  return rowCount === 1;
}
