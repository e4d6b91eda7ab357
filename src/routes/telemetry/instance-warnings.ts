// Health warnings from what each instance reports with its heartbeat. Pure.
import type { InstanceStatus } from '../../scheduler/contracts/scheduler.js';
import { told, type Warning } from './warning.js';

/** The event loop was later than this at least once between two heartbeats: requests and settlements wait noticeably. */
const LATE_LOOP_MS = 1_000;
/** Beyond this share of its limit, V8 spends its time on collecting garbage, and the process is about to end. */
const FULL_HEAP = 0.9;
/** Callers of the pool have waited at each heartbeat of this time. */
const EXHAUSTED_S = 30;
const MANY_RESTARTS = 10;
/** Well within the lease, so that there is time to act before its work is taken away. */
const OLD_HEARTBEAT_S = 20;

const PAGE = 'instances';

export type Reported = Pick<InstanceStatus, 'hostname' | 'pid' | 'state' | 'gauges' | 'heartbeatAgeS'>;
/** What an instance is called in a sentence. */
export type NameOf = (instance: Reported) => string;

/** Where no token is needed: host names are not for everybody. */
export const anonymous: NameOf = () => 'an instance';
export const byHost: NameOf = ({ hostname, pid }) => `instance ${hostname} (process ${pid})`;

function ofGauges(name: string, gauges: NonNullable<Reported['gauges']>): Warning[] {
  const { eventLoopP99Ms: late, heapUsedBytes: used, heapLimitBytes: limit, poolWaitingS: waited } = gauges;
  const loop = `the event loop of ${name} is up to ${Math.round(late)} ms late: look for synchronous work, or add instances`;
  const heap = `${name} uses ${Math.round((100 * used) / limit)} % of its heap limit: raise --max-old-space-size, or look for a leak`;
  const pool =
    `callers of ${name} have waited for a database connection for ${Math.round(waited)} s: ` +
    `its pool of ${gauges.poolTotal} is too small, or connections are not returned`;
  return told([
    [late > LATE_LOOP_MS, 'warn', loop, PAGE],
    [used > FULL_HEAP * limit, 'bad', heap, PAGE],
    [waited >= EXHAUSTED_S, 'bad', pool, PAGE],
  ]);
}

function ofHeartbeat(name: string, ageS: number): Warning[] {
  const text = `the last heartbeat of ${name} is ${Math.round(ageS)} s old: it hangs, or cannot reach the database`;
  return told([[ageS > OLD_HEARTBEAT_S, 'bad', text, PAGE]]);
}

/** Restarts are counted by host, which is named once for all its instances. */
function ofRestarts(instances: readonly Reported[], nameOf: NameOf): Warning[] {
  const byHostName = new Map(instances.map((one) => [one.hostname, one]));
  return [...byHostName.values()].flatMap((one) => {
    const n = one.gauges?.restarts24h ?? 0;
    const text = `${nameOf(one)} has ${n} restarts in 24 hours: look for crashes in its log`;
    return told([[n > MANY_RESTARTS, 'warn', text, PAGE]]);
  });
}

/** Of instances that are alive. */
export function instanceWarnings(instances: readonly Reported[], nameOf: NameOf): Warning[] {
  const living = instances.filter(({ state }) => state === 'alive');
  return [
    ...living.flatMap((one) => [
      ...ofHeartbeat(nameOf(one), one.heartbeatAgeS),
      ...(one.gauges === null ? [] : ofGauges(nameOf(one), one.gauges)),
    ]),
    ...ofRestarts(living, nameOf),
  ];
}
