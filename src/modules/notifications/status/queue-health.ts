// Health of notifications: counts, breakers and warnings.
import type { BreakerState, HealthPart, ModuleHost } from '../../../scheduler/public.js';
import { countQueue, type QueueCounts } from '../db/queue-counts.js';
import type { TransportState } from '../deliver/transports.js';
import { worstBreaker } from './worst-breaker.js';

export interface QueueHealth {
  readonly counts: QueueCounts;
  readonly breaker: BreakerState;
  readonly transports: readonly TransportState[];
  readonly warnings: readonly string[];
}

export interface Thresholds {
  /** Thresholds for waiting notifications, and for failures within 24 hours. */
  readonly backlogWarn: number;
  readonly failedWarn: number;
}

/** Pure. */
export function warningsOf(
  { waiting, failed }: QueueCounts,
  transports: readonly Pick<TransportState, 'name' | 'method' | 'state'>[],
  { backlogWarn, failedWarn }: Thresholds,
): string[] {
  return [
    ...(waiting > backlogWarn ? [`${waiting} notifications wait (more than ${backlogWarn})`] : []),
    ...(failed > failedWarn ? [`${failed} notifications failed within 24 hours (more than ${failedWarn})`] : []),
    ...transports
      .filter(({ state }) => state === 'open')
      .map(({ name, method }) => `the circuit breaker of the transport ${name} (${method}) is open`),
  ];
}

/** One count serves all requests within this time, because the routes are public. */
const KEEP_MS = 2_000;

export type AskHealth = () => Promise<QueueHealth>;

export function createQueueHealth(
  { db, clock }: Pick<ModuleHost, 'db' | 'clock'>,
  transports: () => readonly TransportState[],
  thresholds: Thresholds,
): AskHealth {
  let counted: { readonly ms: number; readonly counts: Promise<QueueCounts> } | undefined;
  const count = (): Promise<QueueCounts> => {
    const ms = clock.monotonicMs();
    if (counted === undefined || ms - counted.ms > KEEP_MS) {
      counted = { ms, counts: countQueue(db) };
      counted.counts.catch(() => (counted = undefined));
    }
    return counted.counts;
  };
  return async () => {
    const counts = await count();
    const states = transports();
    return {
      ...{ counts, transports: states, breaker: worstBreaker(states) },
      warnings: warningsOf(counts, states, thresholds),
    };
  };
}

/** The part in `GET /api/health` and `/admin/status`. */
export const healthPart = ({ counts, breaker, warnings }: QueueHealth): HealthPart => ({
  status: warnings.length > 0 ? 'degraded' : 'ok',
  ...(warnings.length > 0 ? { message: warnings.join('; ') } : {}),
  details: { ...counts, circuit_breaker: breaker },
});
