// What Prometheus reads: counters from the scheduler's events, gauges from its state. A registry of its own for each scheduler.
import { collectDefaultMetrics, Registry } from 'prom-client';
import { addEventCounters } from './metrics-events.js';
import { addStateGauges } from './metrics-state.js';
import type { AdminScheduler } from '../scheduler-port.js';

export interface Metrics {
  readonly contentType: string;
  /** The text that Prometheus reads. A part whose state cannot be had (no database) is left out of it. */
  render(): Promise<string>;
  /** Stops listening to the scheduler. */
  close(): void;
}

/** Counts from now on: make it before the scheduler starts. */
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
