// The interface through which the scheduler reports its work for tracing. Without tracing `current` is null and nothing is reported.

export type SpanKind = 'internal' | 'producer' | 'consumer' | 'client';
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Names a span: enough to link to it. */
export interface SpanRef {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** The context of a piece of code: its span and the host's own context values. Opaque. */
export type Surroundings = object;

export interface SpanSpec {
  /** `{operation} {destination}`. */
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: readonly SpanRef[];
  /** Start time, if it is in the past. */
  readonly startedAt?: Date;
  /** Default: the current context. `root`: a new trace. A `traceparent`: the span that it names. */
  readonly parent?: Surroundings | 'root' | { readonly traceparent: string };
}

/** Why an operation failed; `code` becomes `error.type`. */
export interface SpanFailure {
  readonly code: string;
  readonly message: string;
}

export interface OpenSpan {
  readonly ref: SpanRef;
  set(attributes: Attributes): void;
  /** Runs `work` inside: spans that it starts are children of this one. */
  run<T>(work: () => T): T;
  end(failure?: SpanFailure | null): void;
}

export type MessagingDuration = 'messaging.client.operation.duration' | 'messaging.process.duration';
export type MessagingCount = 'messaging.client.sent.messages' | 'messaging.client.consumed.messages';

export interface Telemetry {
  start(spec: SpanSpec): OpenSpan;
  /** The current context, for spans that are started elsewhere. */
  here(): Surroundings;
  /** The current span as a `traceparent`; null: there is none. */
  traceparent(): string | null;
  /** The headers with which the receiver of a call continues the trace. */
  headers(): Readonly<Record<string, string>>;
  /** Runs `work` with other instrumentation suppressed, because its span is ours. */
  quietly<T>(work: () => T): T;
  duration(metric: MessagingDuration, ms: number, attributes: Attributes): void;
  count(metric: MessagingCount, messages: number, attributes: Attributes): void;
}

/** Set when the scheduler starts. */
export interface TelemetryHolder {
  readonly current: Telemetry | null;
}

/** Runs `work` in a span; an error ends the span as failed and is rethrown. */
export async function inSpan<T>(
  telemetry: Telemetry,
  spec: SpanSpec,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  const span = telemetry.start(spec);
  try {
    const result = await span.run(() => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(failureOf(error));
    throw error;
  }
}

export function failureOf(thrown: unknown): SpanFailure {
  const error: Error & { code?: unknown } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { code: typeof error.code === 'string' ? error.code : error.name, message: error.message };
}

/** `error.type` of a failure. */
export const errorType = (failure: Pick<SpanFailure, 'code'> | null | undefined): Attributes =>
  failure ? { 'error.type': failure.code } : {};
