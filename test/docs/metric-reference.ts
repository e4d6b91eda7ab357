// The reference of metrics, as a scheduler registers them.
import { systemClock } from '../../src/base/clock.js';
import { Registry, type MetricObject } from 'prom-client';
import { loadConfig } from '../../src/base/config/config.js';
import { ownModules } from '../../src/compose/modules.js';
import { addEventCounters } from '../../src/routes/telemetry/metrics-events.js';
import { addStateGauges } from '../../src/routes/telemetry/metrics-state.js';
import { createFakeScheduler } from '../routes/fake-scheduler.js';
import { markdownTable } from './reference-page.js';

interface Registered {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

function registered(registry: Registry): string[][] {
  return registry.getMetricsAsArray().map((metric: MetricObject) => {
    const { name, help, labelNames = [] } = metric as unknown as Registered;
    return [`\`${name}\``, metric.type.toString(), labelNames.map((label) => `\`${label}\``).join(', '), help];
  });
}

const table = (registry: Registry): string[] =>
  markdownTable(['Metric', 'Type', 'Labels', 'Meaning'], registered(registry));

export function metricReference(): string {
  const own = new Registry();
  const scheduler = createFakeScheduler();
  const close = addEventCounters(own, scheduler);
  addStateGauges(own, { ...scheduler, queue: {} as never }); // it is registered, not read
  close();
  const ofModules = ownModules(loadConfig({}).modules).flatMap((module) => {
    const registry = new Registry();
    const state: unknown = module.create?.({ db: {}, logger: console, clock: systemClock, secrets: {} } as never);
    module.metrics?.({ db: {} } as never, registry, state);
    return registry.getMetricsAsArray().length === 0
      ? []
      : ['', `## The module \`${module.name}\``, '', ...table(registry)];
  });
  return ['## The scheduler', '', ...table(own), ...ofModules].join('\n');
}
