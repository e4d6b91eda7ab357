// Reports to OpenTelemetry through its API package only; the SDK belongs to the host.
import type * as Api from '@opentelemetry/api';
import type { Attributes, OpenSpan, SpanFailure, SpanRef, SpanSpec, Telemetry } from './telemetry.js';

export type OpenTelemetryApi = typeof Api;

/** The SDK's own mark; it starts no span where it finds it. The API's keys are `Symbol.for` their name. */
const SUPPRESSED = 'OpenTelemetry SDK Context Key SUPPRESS_TRACING';
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Seconds, as the conventions advise for durations of messaging. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** `00-{trace}-{span}-{flags}`, as W3C Trace Context writes it. */
export const formatTraceparent = ({ traceId, spanId, traceFlags }: SpanRef): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** Null for what is no `traceparent`. */
export function parseTraceparent(text: string): SpanRef | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

export function createOpenTelemetry(api: OpenTelemetryApi, version: string): Telemetry {
  const { context, propagation, trace, ROOT_CONTEXT: root } = api;
  const tracer = trace.getTracer('punctual', version);
  const metrics = createInstruments(api, version);
  const suppressed = api.createContextKey(SUPPRESSED);
  const kinds = {
    internal: api.SpanKind.INTERNAL,
    producer: api.SpanKind.PRODUCER,
    consumer: api.SpanKind.CONSUMER,
    client: api.SpanKind.CLIENT,
  } as const;

  const parentOf = ({ parent }: SpanSpec): Api.Context => {
    if (parent === undefined) return context.active();
    if (parent === 'root') return root;
    if (!('traceparent' in parent)) return parent as Api.Context;
    const remote = parseTraceparent(parent.traceparent);
    return remote === null ? root : trace.setSpanContext(root, { ...remote, isRemote: true });
  };

  const refOf = (): SpanRef | null => {
    const here = trace.getSpanContext(context.active());
    return here !== undefined && api.isSpanContextValid(here) ? here : null;
  };

  const traceparent = (): string | null => {
    const ref = refOf();
    return ref && formatTraceparent(ref);
  };

  return {
    start: (spec) => {
      const parent = parentOf(spec);
      const span = tracer.startSpan(
        spec.name,
        {
          kind: kinds[spec.kind],
          ...(spec.attributes === undefined ? {} : { attributes: spec.attributes }),
          ...(spec.links === undefined ? {} : { links: spec.links.map((ref) => ({ context: ref })) }),
          ...(spec.startedAt === undefined ? {} : { startTime: spec.startedAt }),
        },
        parent,
      );
      return opened(api, span, trace.setSpan(parent, span));
    },
    here: () => context.active(),
    traceparent,
    headers: () => {
      const headers: Record<string, string> = {};
      const own = traceparent();
      if (own !== null) headers.traceparent = own;
      propagation.inject(context.active(), headers);
      return headers;
    },
    quietly: (work) => context.with(context.active().setValue(suppressed, true), work),
    duration: (metric, ms, attributes) => metrics.durations[metric].record(ms / 1_000, attributes),
    count: (metric, messages, attributes) => metrics.counts[metric].add(messages, attributes),
  };
}

function opened(api: OpenTelemetryApi, span: Api.Span, inside: Api.Context): OpenSpan {
  return {
    ref: span.spanContext(),
    set: (attributes: Attributes) => void span.setAttributes(attributes),
    run: (work) => api.context.with(inside, work),
    end: (failure?: SpanFailure | null) => {
      if (failure) {
        span.setAttribute('error.type', failure.code);
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: failure.message });
      }
      span.end();
    },
  };
}

function createInstruments({ metrics }: OpenTelemetryApi, version: string) {
  const meter = metrics.getMeter('punctual', version);
  const duration = (name: string, description: string): Api.Histogram =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES } });
  const counter = (name: string, description: string): Api.Counter =>
    meter.createCounter(name, { description, unit: '{message}' });
  return {
    durations: {
      'messaging.client.operation.duration': duration(
        'messaging.client.operation.duration',
        'Duration of statements that store, claim or settle',
      ),
      'messaging.process.duration': duration('messaging.process.duration', 'Duration of the processing of one item'),
    },
    counts: {
      'messaging.client.sent.messages': counter('messaging.client.sent.messages', 'Jobs enqueued'),
      'messaging.client.consumed.messages': counter('messaging.client.consumed.messages', 'Items claimed'),
    },
  } as const;
}
