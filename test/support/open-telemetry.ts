// A small SDK of OpenTelemetry that keeps everything in memory: spans as they end, and what was added to each metric.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import {
  context,
  createNoopMeter,
  metrics,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Meter,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
} from '@opentelemetry/api';

export interface KeptSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly links: readonly SpanContext[];
  readonly attributes: Attributes;
  readonly status: SpanStatus;
}

export interface KeptMeasurement {
  readonly metric: string;
  readonly value: number;
  readonly attributes: Attributes;
}

export interface MemorySdk {
  readonly spans: readonly KeptSpan[];
  readonly measurements: readonly KeptMeasurement[];
  named(name: string): readonly KeptSpan[];
  clear(): void;
  /** Nothing is registered any more. */
  close(): void;
}

const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Registers itself. */
export function startMemorySdk(): MemorySdk {
  const spans: KeptSpan[] = [];
  const measurements: KeptMeasurement[] = [];
  const store = new AsyncLocalStorage<Context>();
  context.setGlobalContextManager({
    active: () => store.getStore() ?? ROOT_CONTEXT,
    with: (ctx, fn, thisArg, ...args) => store.run(ctx, () => fn.call(thisArg as never, ...args)),
    bind: (_ctx, target) => target,
    enable: () => manager,
    disable: () => manager,
  });
  const manager = undefined as never;
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: (name, options = {}, parent = context.active()) => keptSpan(spans, name, options, parent),
      startActiveSpan: () => {
        throw new Error('not used');
      },
    }),
  });
  propagation.setGlobalPropagator({
    inject: (ctx, carrier, setter) => {
      const here = trace.getSpanContext(ctx);
      if (here) setter.set(carrier, 'tracestate', `memory=${here.spanId}`);
    },
    extract: (ctx) => ctx,
    fields: () => ['tracestate'],
  });
  metrics.setGlobalMeterProvider({ getMeter: () => keptMeter(measurements) });
  return {
    spans,
    measurements,
    named: (name) => spans.filter((span) => span.name === name),
    clear: () => {
      spans.length = 0;
      measurements.length = 0;
    },
    close: () => {
      for (const api of [trace, context, propagation, metrics]) api.disable();
    },
  };
}

function keptSpan(spans: KeptSpan[], name: string, options: SpanOptions, parentContext: Context): Span {
  if (parentContext.getValue(SUPPRESSED) === true) throw new Error(`${name} was started where tracing is suppressed`);
  const parent = trace.getSpanContext(parentContext);
  const own: SpanContext = { traceId: parent?.traceId ?? hex(16), spanId: hex(8), traceFlags: 1 };
  const attributes: Attributes = { ...options.attributes };
  let status: SpanStatus = { code: SpanStatusCode.UNSET };
  const span: Span = {
    spanContext: () => own,
    setAttribute: (key, value) => ((attributes[key] = value), span),
    setAttributes: (more) => (Object.assign(attributes, more), span),
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    setStatus: (given) => ((status = given), span),
    updateName: () => span,
    isRecording: () => true,
    recordException: () => {},
    end: () => {
      const links = (options.links ?? []).map((link) => link.context);
      const kind = SpanKind[options.kind ?? SpanKind.INTERNAL];
      const { traceId, spanId } = own;
      spans.push({ name, kind, traceId, spanId, parentId: parent?.spanId ?? null, links, attributes, status });
    },
  };
  return span;
}

function keptMeter(measurements: KeptMeasurement[]): Meter {
  const keep =
    (metric: string) =>
    (value: number, attributes: Attributes = {}): void =>
      void measurements.push({ metric, value, attributes });
  return Object.assign(Object.create(createNoopMeter()) as Meter, {
    createHistogram: (metric: string) => ({ record: keep(metric) }),
    createCounter: (metric: string) => ({ add: keep(metric) }),
  });
}
