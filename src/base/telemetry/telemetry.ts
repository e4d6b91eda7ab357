// What the parts of the scheduler tell of their work when somebody traces it. Nobody does: `current` is null, and nothing is told.

export type SpanKind = 'internal' | 'producer' | 'consumer' | 'client';
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Names a span: enough to link to it. */
export interface SpanRef {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** What goes on around a piece of code: its span, and what the host has put beside it. Opaque. */
export type Surroundings = object;

export interface SpanSpec {
  /** `{operation} {destination}`. */
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: readonly SpanRef[];
  /** When it began, if that is over. */
  readonly startedAt?: Date;
  /** Default: where it is started. `root`: a trace of its own. A `traceparent`: the span that it names. */
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
  /** For spans whose parent is what goes on here, wherever they are started. */
  here(): Surroundings;
  /** The present span as a `traceparent`; null: there is none. */
  traceparent(): string | null;
  /** What a call carries so that its receiver goes on with the trace. */
  headers(): Readonly<Record<string, string>>;
  /** Runs `work` so that nothing in it is traced by anybody else: its span is ours. */
  quietly<T>(work: () => T): T;
  duration(metric: MessagingDuration, ms: number, attributes: Attributes): void;
  count(metric: MessagingCount, messages: number, attributes: Attributes): void;
}

/** Filled when the scheduler starts. */
export interface TelemetryHolder {
  readonly current: Telemetry | null;
}

/** Runs `work` in a span; what it throws ends the span as failed, and is thrown on. */
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

/** `error.type` where something failed. */
export const errorType = (failure: Pick<SpanFailure, 'code'> | null | undefined): Attributes =>
  failure ? { 'error.type': failure.code } : {};
