// The engine's part of the status: a few small queries, whatever the size of the tables.
import type { Database } from '../../db/database.js';
import { listInstances, type InstanceRow } from '../../db/engine/queries/instances/instances.js';
import { mergeBins, percentilesOf, type Percentiles } from '../../base/latency-bins.js';
import {
  readDailyLatencies,
  type DailyLatencyRow,
  type LatencyMeasure,
} from '../../db/engine/queries/records/latencies.js';
import { readStats } from '../../db/engine/queries/records/stats.js';
import { tzVersion } from '../schedule/index.js';
import type { DailyStats, Engine, EngineStatus, InstanceGauges } from '../contracts/scheduler.js';

export interface OwnStatus extends Omit<EngineStatus, 'instances' | 'processes' | 'versions'> {
  readonly versions: Pick<EngineStatus['versions'], 'punctual' | 'postgres'>;
}

export async function readEngineStatus(
  database: Database,
  processes: Engine['processes'],
  own: OwnStatus,
): Promise<EngineStatus> {
  const [rows, listed] = await Promise.all([listInstances(database), processes.list()]);
  const instances = rows.map((row) => ({
    id: row.id,
    hostname: row.hostname,
    pid: row.pid,
    version: row.version,
    state: row.state,
    startedAt: row.started_at,
    heartbeatAt: row.heartbeat_at,
    heartbeatAgeS: row.heartbeat_age_s,
    inFlight: row.in_flight,
    gauges: gaugesOf(row),
    self: row.id === own.instanceId,
  }));
  const versions = { ...own.versions, node: process.versions.node, tz: tzVersion() };
  return { ...own, instances, processes: listed, versions };
}

const gaugesOf = ({ gauges, restarts_24h: restarts24h }: InstanceRow): InstanceGauges | null =>
  gauges && {
    eventLoopP99Ms: gauges.event_loop_p99_ms,
    rssBytes: gauges.rss_bytes,
    heapUsedBytes: gauges.heap_used_bytes,
    heapLimitBytes: gauges.heap_limit_bytes,
    poolTotal: gauges.pool_total,
    poolIdle: gauges.pool_idle,
    poolWaiting: gauges.pool_waiting,
    poolWaitingS: gauges.pool_waiting_s ?? 0,
    claimsPerMin: gauges.claims_per_min,
    restarts24h,
  };

export async function readDailyStats(database: Database, days: number, now: Date | null): Promise<DailyStats[]> {
  const [rows, latencies] = await Promise.all([
    readStats(database, days, now),
    readDailyLatencies(database, days, now),
  ]);
  const bins = new Map<string, DailyLatencyRow[]>();
  for (const row of latencies.filter(({ subject }) => subject !== 'receiver')) {
    const key = keyOf(row);
    bins.set(key, [...(bins.get(key) ?? []), row]);
  }
  return rows.map(({ duration_ms, ...row }) => {
    const times = (measure: LatencyMeasure): Percentiles | null =>
      percentilesOf(mergeBins((bins.get(keyOf({ ...row, measure })) ?? []).map((one) => one.bins)));
    return {
      ...row,
      durationMs: duration_ms,
      lateness: times('lateness'),
      wait: times('wait'),
      duration: times('duration'),
    };
  });
}

/** A process and a job type with the same name share a row of the roll-ups, and therefore here as well. */
const keyOf = ({ day, name, measure }: Pick<DailyLatencyRow, 'day' | 'name' | 'measure'>): string =>
  `${day} ${measure} ${name}`;
