// Metrics for Prometheus: counters from the scheduler's events, gauges from its state. Each scheduler has its own registry.
import { collectDefaultMetrics, Registry } from 'prom-client';
import { addEventCounters } from './metrics-events.js';
import { addStateGauges } from './metrics-state.js';
import type { AdminScheduler } from '../scheduler-port.js';

export interface Metrics {
  readonly contentType: string;
  /** The text that Prometheus reads. Parts whose state cannot be read (no database) are left out. */
  render(): Promise<string>;
  /** Stops listening to the scheduler. */
  close(): void;
}

/** Counts from now on: create it before the scheduler starts. */
export function createMetrics(scheduler: AdminScheduler): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const close = addEventCounters(registry, scheduler);
  const beforeReading = addStateGauges(registry, scheduler);
  scheduler.modules?.addMetrics(registry);
  const render = (): Promise<string> => {
    beforeReading();
    return registry.metrics();
  };
  return { contentType: registry.contentType, render, close };
}
