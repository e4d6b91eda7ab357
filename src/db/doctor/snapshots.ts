// What holds back the clean-up of dead rows, and the tables with many of them, for `punctual doctor`.
import type { Db } from '../database.js';

export interface SnapshotHolder {
  readonly kind: 'session' | 'prepared transaction' | 'replication slot';
  /** A process id, or a name. */
  readonly name: string;
  readonly age_s: number | null;
  readonly what: string;
}

/** In all databases of the server, because their snapshots may affect ours as well. The oldest first. */
export async function readSnapshotHolders(db: Db, olderThanS: number): Promise<readonly SnapshotHolder[]> {
  const { rows } = await db.query<SnapshotHolder & Record<string, unknown>>(
    `SELECT * FROM (
       SELECT 'session' AS kind, pid::text AS name, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS age_s,
         concat_ws(', ', usename, nullif(application_name, ''), state) AS what
       FROM pg_stat_activity
       WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL OR state LIKE 'idle in transaction%')
         AND datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
       UNION ALL
       SELECT 'prepared transaction', gid, extract(epoch FROM clock_timestamp() - prepared)::float8, owner::text
       FROM pg_prepared_xacts WHERE database = current_database()
       UNION ALL
       SELECT 'replication slot', slot_name::text, NULL, 'inactive, and holds a snapshot'
       FROM pg_replication_slots WHERE NOT active AND (xmin IS NOT NULL OR catalog_xmin IS NOT NULL)
     ) AS holders WHERE age_s IS NULL OR age_s > $1 ORDER BY age_s DESC NULLS LAST LIMIT 20`,
    [olderThanS],
  );
  return rows;
}

export interface TableHealth {
  readonly name: string;
  readonly live: number;
  readonly dead: number;
  readonly autovacuum: boolean;
  readonly last_vacuum: Date | null;
}

export async function readTableHealth(db: Db, host: readonly string[]): Promise<readonly TableHealth[]> {
  const { rows } = await db.query<TableHealth & Record<string, unknown>>(
    `SELECT c.oid::regclass::text AS name, s.n_live_tup::float8 AS live, s.n_dead_tup::float8 AS dead,
       greatest(s.last_vacuum, s.last_autovacuum) AS last_vacuum,
       current_setting('autovacuum') = 'on'
         AND NOT coalesce('autovacuum_enabled=false' = ANY (c.reloptions) OR 'autovacuum_enabled=off' = ANY (c.reloptions), false)
         AS autovacuum
     FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
     WHERE c.relnamespace = to_regnamespace($1) OR c.oid = ANY (SELECT to_regclass(name) FROM unnest($2::text[]) AS h (name))
     ORDER BY 1`,
    [db.schema, host],
  );
  return rows;
}
