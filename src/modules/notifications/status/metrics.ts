// Metrics of notifications: attempts of this process, and the state of the queue over all instances.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BreakerState } from '../../../scheduler/public.js';
import type { TransportState } from '../deliver/transports.js';
import type { DeliveryMeter } from './delivery-meter.js';
import type { AskHealth } from './queue-health.js';

const PREFIX = 'punctual_notifications';
const BREAKER_STATES: readonly BreakerState[] = ['closed', 'half_open', 'open'];
const STATES = ['waiting', 'active', 'completed', 'failed'] as const;
/** From a server that responds at once to one that is about to be given up. */
const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface MetricsDeps {
  readonly meter: DeliveryMeter;
  readonly ask: AskHealth;
  readonly transports: () => readonly TransportState[];
}

export function addMetrics(registry: Registry, { meter, ask, transports }: MetricsDeps): void {
  const registers = [registry];
  const attempts = new Counter({
    name: `${PREFIX}_attempts_total`,
    help: 'Attempts of this process, and decisions not to attempt, by outcome',
    labelNames: ['status', 'transport'],
    registers,
  });
  const seconds = new Histogram({
    name: `${PREFIX}_attempt_seconds`,
    help: 'Duration of attempts',
    labelNames: ['transport'],
    buckets: SECONDS,
    registers,
  });
  meter.listen(({ log_status: status, transport, duration_ms }) => {
    attempts.inc({ status, transport: transport ?? '' });
    if (duration_ms !== undefined) seconds.observe({ transport: transport ?? '' }, duration_ms / 1_000);
  });
  addQueueGauges(registers, ask);
  addBreakerGauge(registers, transports);
}

function addQueueGauges(registers: Registry[], ask: AskHealth): void {
  const queue: Gauge<'state'> = new Gauge({
    name: `${PREFIX}_queue`,
    help: 'Notifications over all instances: due, being processed, sent and failed within 24 hours; counting stops at 100,000',
    labelNames: ['state'],
    registers,
    async collect() {
      queue.reset();
      const health = await ask().catch(() => null);
      if (health === null) return;
      for (const state of STATES) queue.set({ state }, health.counts[state]);
    },
  });
}

function addBreakerGauge(registers: Registry[], transports: MetricsDeps['transports']): void {
  const gauge: Gauge<'transport' | 'method' | 'state'> = new Gauge({
    name: `${PREFIX}_breaker_state`,
    help: '1 for the current state of the circuit breaker of a transport',
    labelNames: ['transport', 'method', 'state'],
    registers,
    collect() {
      gauge.reset();
      for (const { name: transport, method, state: now } of transports())
        for (const state of BREAKER_STATES) gauge.set({ transport, method, state }, Number(state === now));
    },
  });
}
