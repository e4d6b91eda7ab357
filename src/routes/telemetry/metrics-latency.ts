// Lateness, wait and duration as Prometheus histograms, read from counts that the scheduler already has.
import type { Metric, Registry } from 'prom-client';
import { bucketsOf, countOf } from '../../base/latency-bins.js';
import type { AdminScheduler } from '../scheduler-port.js';

type Total = ReturnType<AdminScheduler['latencies']['totals']>[number];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly label: 'process' | 'type' | 'receiver';
  readonly subject: Total['subject'];
  readonly measure: Total['measure'];
}

const LABELS = { process: 'process', job: 'type', receiver: 'receiver' } as const;

const family = (subject: Total['subject'], measure: Total['measure'], name: string, help: string): Family => ({
  ...{ subject, measure, help, label: LABELS[subject] },
  name: `punctual_${name}_seconds`,
});

const FAMILIES: readonly Family[] = [
  family('process', 'duration', 'run_duration', 'From start to end of a run'),
  family('process', 'lateness', 'process_lateness', 'From the nominal time of a slot or an occurrence to its start'),
  family('process', 'wait', 'process_wait', 'From when an occurrence or its retry was due to its start'),
  family('job', 'duration', 'job_duration', 'From start to end of an attempt at a job'),
  family('job', 'lateness', 'job_lateness', 'From the nominal time of a job to the start of its first attempt'),
  family('job', 'wait', 'job_wait', 'From when an attempt was due to its start'),
  family('receiver', 'duration', 'receiver_duration', 'Duration of a call to a receiver'),
  family('receiver', 'lateness', 'receiver_lateness', 'From the nominal time of an occurrence to its first call'),
  family('receiver', 'wait', 'receiver_wait', 'From when an occurrence was due to its call'),
];

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** prom-client's own histogram does its own counting; this one has the same format, with the scheduler's counts. */
export function addLatencyHistograms(registry: Registry, { latencies }: Pick<AdminScheduler, 'latencies'>): void {
  for (const { name, help, label, subject, measure } of FAMILIES) {
    const values = (): readonly Value[] =>
      latencies
        .totals()
        .filter((total) => total.subject === subject && total.measure === measure)
        .flatMap((total) => valuesOf(name, { [label]: total.name }, total));
    const shown = { name, help, type: 'histogram', aggregator: 'sum', labelNames: [label], reset: () => {} };
    const metric = { ...shown, get: async () => ({ ...shown, values: values() }) };
    registry.registerMetric(metric as unknown as Metric);
  }
}

function valuesOf(name: string, labels: Readonly<Record<string, string>>, { bins, sumMs }: Total): Value[] {
  const count = countOf(bins);
  const bucket = (le: number | string, value: number): Value => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  });
  return [
    ...bucketsOf(bins).map(({ limitS, count: upTo }) => bucket(limitS, upTo)),
    bucket('+Inf', count),
    { metricName: `${name}_sum`, labels, value: sumMs / 1_000 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
