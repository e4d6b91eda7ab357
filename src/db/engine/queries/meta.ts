// Facts about the whole installation, such as the tz database with which next runs were computed.
import type { Db } from '../../database.js';

export async function readMeta(db: Db, key: string): Promise<unknown> {
  const { rows } = await db.query<{ value: unknown }>(`SELECT value FROM {schema}.scheduler_meta WHERE key = $1`, [
    key,
  ]);
  return rows[0]?.value ?? null;
}

export async function writeMeta(db: Db, key: string, value: unknown): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.scheduler_meta (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [key, JSON.stringify(value)],
  );
}

/** The server's own version string: `15.8`. */
export async function serverVersion(db: Db): Promise<string> {
  const { rows } = await db.query<{ version: string }>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version`,
  );
  return rows[0]?.version ?? 'unknown';
}
