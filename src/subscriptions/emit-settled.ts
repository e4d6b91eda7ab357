// Settled occurrences as the events that a host listens to.
import type { SchedulerEvents } from '../scheduler/scheduler.js';
import type { SettledEvent, SettledListener } from './settle-report.js';

/** The emit of an engine. */
export type Emit = <E extends keyof SchedulerEvents>(event: E, payload: Parameters<SchedulerEvents[E]>[0]) => void;

/** `occurrence.completed`, `occurrence.dead`, `subscription.suspended`; a retry to come is no event. */
export const emitSettled =
  (emit: Emit): SettledListener =>
  (settled: SettledEvent) => {
    const { kind, subscriptionId, scheduledFor, attempts, error, suspendedAfter } = settled;
    if (kind !== 'retry') emit(`occurrence.${kind}`, { subscriptionId, scheduledFor, attempts, error });
    if (suspendedAfter !== null) emit('subscription.suspended', { subscriptionId, deadInARow: suspendedAfter });
  };
