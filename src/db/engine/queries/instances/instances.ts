// Rows of instances: joining, heartbeats, and finding and marking dead ones. Liveness always uses the server's real clock.
import type { Db } from '../../../database.js';

export interface NewInstance {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly presenceKey: number;
}

/** The row is written after the lock is taken: a row without its lock would look dead. */
export async function insertInstance(db: Db, instance: NewInstance): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.scheduler_instances (id, hostname, pid, version, presence_key, started_at, heartbeat_at)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp())`,
    [instance.id, instance.hostname, instance.pid, instance.version, instance.presenceKey],
  );
}

/** The gauges as stored in the row of an instance. */
export interface StoredGauges {
  readonly event_loop_p99_ms: number;
  readonly rss_bytes: number;
  readonly heap_used_bytes: number;
  readonly heap_limit_bytes: number;
  readonly pool_total: number;
  readonly pool_idle: number;
  readonly pool_waiting: number;
  /** Not known by instances of older releases. */
  readonly pool_waiting_s?: number;
  readonly claims_per_min: number;
}

export interface BeatRequest {
  readonly instanceId: string;
  readonly inFlight: Readonly<Record<string, number>>;
  readonly gauges: StoredGauges;
  /** False in the first seconds of an instance: peers may be rejoining too. */
  readonly mayJudge: boolean;
  /** Not null: instances whose last heartbeat is older than this are not considered. */
  readonly sparedS: number | null;
  readonly leaseS: number;
  /** Names of the processes that this instance runs. */
  readonly processes: readonly string[];
  readonly now: Date | null;
}

export interface ProcessGlance {
  readonly name: string;
  /** Enabled and not paused. */
  readonly active: boolean;
  /** Milliseconds until its next slot; null: there is none. */
  readonly due_in_ms: number | null;
}

export interface BeatAnswer {
  readonly alive: boolean;
  /** Instances whose lock is free or whose heartbeat is older than the lease. */
  readonly suspects: readonly string[];
  /** Runs of this instance that were cancelled. */
  readonly cancelled: readonly { readonly id: string; readonly by: string }[];
  /** The database's clock, or the manual one; epoch ms. */
  readonly now_ms: number;
  readonly processes: readonly ProcessGlance[];
}

const DEAD = `CASE WHEN i.heartbeat_at < clock_timestamp() - make_interval(secs => $2) THEN true
  ELSE pg_try_advisory_xact_lock_shared('{schema}.scheduler_instances'::regclass::oid::int4, i.presence_key) END`;

const BEAT = `
WITH me AS (
  UPDATE {schema}.scheduler_instances SET heartbeat_at = clock_timestamp(), in_flight = $3, gauges = $8
  WHERE id = $1 AND state IN ('alive', 'draining')
  RETURNING id
)
SELECT
  EXISTS (SELECT FROM me) AS alive,
  ARRAY(
    SELECT i.id::text FROM {schema}.scheduler_instances i
    WHERE $4 AND i.state IN ('alive', 'draining') AND i.id <> $1
      AND ($7::float8 IS NULL OR i.heartbeat_at > clock_timestamp() - make_interval(secs => $7)) AND ${DEAD}
  ) AS suspects,
  (
    SELECT coalesce(json_agg(json_build_object('id', r.id, 'by', r.cancel_requested)), '[]')
    FROM {schema}.scheduler_runs r
    WHERE r.instance_id = $1 AND r.status = 'running' AND r.cancel_requested IS NOT NULL
  ) AS cancelled,
  (extract(epoch FROM coalesce($6, clock_timestamp())) * 1000::numeric)::float8 AS now_ms,
  (
    SELECT coalesce(json_agg(json_build_object(
      'name', p.name,
      'active', p.enabled AND (p.paused_until IS NULL OR p.paused_until <= coalesce($6, now())),
      'due_in_ms', extract(epoch FROM p.next_run_at - coalesce($6, clock_timestamp())) * 1000::numeric
    )), '[]')
    FROM {schema}.scheduler_processes p WHERE p.name = ANY ($5)
  ) AS processes`;

/** One round trip: records the heartbeat, and reads dead instances, cancelled runs and due processes. */
export async function beat(db: Db, request: BeatRequest): Promise<BeatAnswer> {
  const { instanceId, leaseS, inFlight, gauges, mayJudge, sparedS, processes, now } = request;
  const { rows } = await db.query<BeatAnswer & Record<string, unknown>>(BEAT, [
    instanceId,
    leaseS,
    JSON.stringify(inFlight),
    mayJudge,
    processes,
    now,
    sparedS,
    JSON.stringify(gauges),
  ]);
  return rows[0]!;
}

/**
 * Marks those of `suspects` that are still dead; `surely` skips the check of lock and lease, for earlier ids of this process.
 */
export async function markDead(
  db: Db,
  suspects: readonly string[],
  { leaseS, surely = false }: { leaseS: number; surely?: boolean },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE {schema}.scheduler_instances i
     SET state = 'dead', survived = $3, ended_at = clock_timestamp(), in_flight = '{}'
     WHERE i.id = ANY ($1::uuid[]) AND i.state IN ('alive', 'draining') AND ($3 OR ${DEAD})
     RETURNING i.id::text`,
    [suspects, leaseS, surely],
  );
  return rows.map((row) => row.id);
}

/**
 * Ends the dedicated sessions of instances that were declared dead although their lock is held (a suspended process): their process locks
 * would block others. The session is identified by its presence key. Needs the same role.
 */
export async function endSessionsOf(db: Db, dead: readonly string[]): Promise<number> {
  const { rowCount } = await db.query(
    `SELECT pg_terminate_backend(l.pid)
     FROM {schema}.scheduler_instances i
     JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.mode = 'ExclusiveLock'
       AND l.classid = '{schema}.scheduler_instances'::regclass AND l.objid = i.presence_key::oid
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     WHERE i.id = ANY ($1::uuid[]) AND i.state = 'dead'`,
    [dead],
  );
  return rowCount ?? 0;
}

/** Changes the state from alive to draining; new claims are refused from then on. */
export async function markDraining(db: Db, id: string): Promise<void> {
  await db.query(`UPDATE {schema}.scheduler_instances SET state = 'draining' WHERE id = $1 AND state = 'alive'`, [id]);
}

export async function markStopped(db: Db, id: string): Promise<void> {
  await db.query(
    `UPDATE {schema}.scheduler_instances SET state = 'stopped', ended_at = clock_timestamp(), in_flight = '{}'
     WHERE id = $1 AND state IN ('alive', 'draining')`,
    [id],
  );
}

export interface InstanceRow {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly state: 'alive' | 'draining' | 'dead' | 'stopped';
  readonly started_at: Date;
  readonly heartbeat_at: Date;
  readonly heartbeat_age_s: number;
  readonly in_flight: Record<string, number>;
  readonly gauges: StoredGauges | null;
  readonly restarts_24h: number;
}

/**
 * Living instances, and those that ended within the last hour; newest first, at most 200. A restart is an earlier instance on the
 * same host whose process ended with it.
 */
export async function listInstances(db: Db): Promise<InstanceRow[]> {
  const { rows } = await db.query<InstanceRow & Record<string, unknown>>(
    `WITH restarts AS (
       SELECT hostname, count(*)::integer AS n FROM {schema}.scheduler_instances
       WHERE ended_at > now() - interval '24 hours' AND survived IS NOT TRUE GROUP BY hostname
     )
     SELECT i.id, i.hostname, i.pid, i.version, i.state, i.started_at, i.heartbeat_at,
       greatest(extract(epoch FROM clock_timestamp() - i.heartbeat_at), 0)::float8 AS heartbeat_age_s, i.in_flight, i.gauges,
       coalesce(restarts.n, 0) AS restarts_24h
     FROM {schema}.scheduler_instances i LEFT JOIN restarts ON restarts.hostname = i.hostname
     WHERE state IN ('alive', 'draining') OR ended_at > now() - interval '1 hour'
     ORDER BY started_at DESC LIMIT 200`,
  );
  return rows;
}
