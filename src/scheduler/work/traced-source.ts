// A source that is traced by the semantic conventions for messaging: claims are `receive`, items `process`, settlements `settle`. An item
// is a trace of its own, linked to its claim, or continues the trace that stored it: a run may have a million items.
import type { Clock } from '../../base/clock.js';
import {
  errorType,
  failureOf,
  type Attributes,
  type SpanFailure,
  type SpanRef,
  type Surroundings,
  type Telemetry,
} from '../../base/telemetry/telemetry.js';
import type { Outcome } from '../contracts/outcome.js';
import type { Claimed, ItemTrace, Settlement, Source } from '../contracts/source.js';

/** SDKs drop what exceeds their limit, which is 128 unless the host has changed it. */
const MOST_LINKS = 128;
const SYSTEM = 'punctual';

/** Attributes of one operation on a destination. */
export const messaging = (operation: string, type: string, destination: string): Attributes => ({
  'messaging.system': SYSTEM,
  'messaging.operation.name': operation,
  'messaging.operation.type': type,
  'messaging.destination.name': destination,
});

/** The same source; spans of claims and settlements are children of the context in which this is called. */
export function tracedSource<I extends Claimed, O extends Outcome>(
  source: Source<I, O>,
  telemetry: Telemetry,
  clock: Clock,
): Source<I, O> {
  const traced = new TracedSource(source, telemetry, clock);
  return {
    name: source.name,
    claim: (request) => traced.claim(request),
    execute: (item, context) => traced.execute(item, context),
    settle: (batch) => traced.settle(batch),
    release: (items) => source.release(items),
  };
}

class TracedSource<I extends Claimed, O extends Outcome> {
  private readonly parent: Surroundings;
  private readonly claims = new WeakMap<I, SpanRef>();
  private readonly done = new WeakMap<I, SpanRef>();

  constructor(
    private readonly source: Source<I, O>,
    private readonly telemetry: Telemetry,
    private readonly clock: Clock,
  ) {
    this.parent = telemetry.here();
  }

  /** A claim that finds nothing is not traced: a worker polls all the time. */
  async claim(request: Parameters<Source<I, O>['claim']>[0]): ReturnType<Source<I, O>['claim']> {
    const since = this.begin();
    try {
      const result = await this.source.claim(request);
      const { length } = result.items;
      if (length === 0) return result;
      const ref = this.tell('receive', since, { 'messaging.batch.message_count': length });
      for (const item of result.items) this.claims.set(item, ref);
      this.telemetry.count('messaging.client.consumed.messages', length, this.attributes('receive'));
      return result;
    } catch (error) {
      this.tell('receive', since, {}, [], failureOf(error));
      throw error;
    }
  }

  async execute(item: I, context: Parameters<Source<I, O>['execute']>[1]): Promise<O> {
    const { destination, traceparent } = this.traceOf(item);
    const claim = this.claims.get(item);
    const attributes = messaging('process', 'process', destination);
    const span = this.telemetry.start({
      name: `process ${destination}`,
      kind: 'consumer',
      parent: traceparent === null ? 'root' : { traceparent },
      attributes: { ...attributes, 'messaging.message.id': item.id },
      ...(claim === undefined ? {} : { links: [claim] }),
    });
    this.done.set(item, span.ref);
    try {
      const outcome = await span.run(() => this.source.execute(item, context));
      span.set({ 'punctual.outcome': outcome.kind });
      span.end(outcome.error);
      const metered = { ...attributes, ...errorType(outcome.error) };
      this.telemetry.duration('messaging.process.duration', outcome.durationMs, metered);
      return outcome;
    } catch (error) {
      span.end(failureOf(error));
      throw error;
    }
  }

  async settle(batch: readonly Settlement<I, O>[]): ReturnType<Source<I, O>['settle']> {
    const since = this.begin();
    const refs = batch.flatMap(({ item }) => this.done.get(item) ?? []).slice(0, MOST_LINKS);
    const size = { 'messaging.batch.message_count': batch.length };
    try {
      const report = await this.source.settle(batch);
      this.tell('settle', since, { ...size, 'punctual.lost': report.lost }, refs);
      return report;
    } catch (error) {
      this.tell('settle', since, size, refs, failureOf(error));
      throw error;
    }
  }

  private traceOf(item: I): ItemTrace {
    return this.source.traceOf?.(item) ?? { destination: this.source.name, traceparent: null };
  }

  private begin(): { readonly at: Date; readonly ms: number } {
    return { at: this.clock.now(), ms: this.clock.monotonicMs() };
  }

  private attributes(operation: 'receive' | 'settle'): Attributes {
    return messaging(operation, operation, this.source.name);
  }

  /** A span that has already ended. */
  private tell(
    operation: 'receive' | 'settle',
    since: { readonly at: Date; readonly ms: number },
    more: Attributes,
    links: readonly SpanRef[] = [],
    failure: SpanFailure | null = null,
  ): SpanRef {
    const attributes = this.attributes(operation);
    const span = this.telemetry.start({
      name: `${operation} ${this.source.name}`,
      kind: 'client',
      parent: this.parent,
      startedAt: since.at,
      links,
      attributes: { ...attributes, ...more },
    });
    span.end(failure);
    const ms = this.clock.monotonicMs() - since.ms;
    this.telemetry.duration('messaging.client.operation.duration', ms, { ...attributes, ...errorType(failure) });
    return span.ref;
  }
}
