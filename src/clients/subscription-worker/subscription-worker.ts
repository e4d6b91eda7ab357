// The client of the subscription worker: one POST per occurrence, with every outcome as a value.
import { Axios, type AxiosRequestHeaders, type AxiosResponse } from 'axios';
import type { Clock } from '../../base/clock.js';
import { SchedulerError } from '../../base/errors.js';
import type { TelemetryHolder } from '../../base/telemetry/telemetry.js';
import { describeThrown } from '../../base/thrown.js';
import { idempotencyKey, type Attempt, type OccurrenceCall, type SubscriptionWorker } from './attempt.js';
import { classifyAnswer, classifyFailure } from './classify.js';
import { hostHeaders, type Headers } from './host-headers.js';
import { tracedCall, type CallEnd } from '../http/traced-call.js';
import { createUndiciAdapter } from '../http/undici-adapter.js';
import { createRedact } from '../http/redact.js';

export interface SubscriptionWorkerOptions {
  /** Calls go to `{url}/process`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  /** Headers created for each call, such as an identity token; they take precedence over ours. */
  readonly headers?: () => Headers | Promise<Headers>;
  /** Time limit of the whole call, including a body that never ends. Infinity: no limit. */
  readonly timeoutMs: number;
  /** A longer response is an error. */
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  readonly clock: Clock;
  /** Traces the calls, which propagate the trace to the worker. */
  readonly telemetry?: TelemetryHolder;
}

const EXCERPT_CHARACTERS = 200;

function processUrl(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.pathname = `${parsed.pathname.replace(/\/+$/, '')}/process`;
    return parsed.toString();
  } catch (cause) {
    throw new SchedulerError('INVALID_CONFIG', 'the URL of the subscription worker is not a URL', {}, { cause });
  }
}

/** What axios passes to the transform unchanged: a class, because a plain object would be copied first. */
class Sending {
  constructor(
    readonly call: OccurrenceCall,
    readonly extra: Headers | undefined,
  ) {}
}

/** Sets the headers and returns the body. As request options they would be merged and copied for each call. */
function createTransform(token: string | undefined): (sending: Sending, headers: AxiosRequestHeaders) => string {
  const authorization = token ? `Bearer ${token}` : null;
  return ({ call, extra }, headers) => {
    headers.set('Content-Type', 'application/json');
    headers.set('Idempotency-Key', idempotencyKey(call));
    if (authorization !== null) headers.set('Authorization', authorization);
    if (extra !== undefined) headers.set(extra);
    const { subscriptionId, userId, scheduledFor, attempt, missedCount } = call;
    return JSON.stringify({ subscriptionId, userId, scheduledFor, attempt, missedCount });
  };
}

/** Printable characters of the beginning of a text response; anything else is of no use to a reader. */
function excerptOf({ headers, data }: AxiosResponse<string>): string {
  const type = headers['content-type'];
  if (typeof type !== 'string' || !/json|text/.test(type)) return '';
  return data
    .slice(0, EXCERPT_CHARACTERS)
    .replace(/[\p{Cc}\ufffd]+/gu, ' ')
    .trim();
}

/** For axios 0 is no limit. */
const asAxiosTimeout = (ms: number): number => (ms === Infinity ? 0 : ms);

/** Throws INVALID_CONFIG if `url` is not a URL. `process` never rejects. */
export function createSubscriptionWorker(options: SubscriptionWorkerOptions): SubscriptionWorker {
  const { token, headers: makeHeaders, timeoutMs, clock } = options;
  const url = processUrl(options.url);
  const undici = createUndiciAdapter({
    connections: options.maxConnections,
    defaults: { timeout: asAxiosTimeout(timeoutMs), maxContentLength: options.maxResponseBytes, maxRedirects: 0 },
  });
  // Without axios's global defaults: what they add (JSON parsing, XSRF, form bodies) would be merged again for each call.
  const client = new Axios({ adapter: undici.adapter, transformRequest: createTransform(token) });

  const send = (sending: Sending, signal: AbortSignal, timeout?: number): Promise<AxiosResponse<string>> =>
    client.request<string>({
      url,
      method: 'post',
      data: sending,
      signal,
      ...(timeout === undefined ? {} : { timeout }),
    });

  const answered = (response: AxiosResponse<string>, since: number, extra: Headers | undefined): Attempt => {
    const durationMs = clock.monotonicMs() - since;
    const { status } = response;
    if (status >= 200 && status < 300) return { kind: 'ok', status, durationMs };
    const redact = createRedact([...(token ? [token] : []), ...Object.values(extra ?? {})]);
    const retryAfter: unknown = response.headers['retry-after'];
    return classifyAnswer({ status, retryAfter, excerpt: redact(excerptOf(response)) }, durationMs, clock.now());
  };

  const failed = (thrown: unknown, since: number): Attempt => {
    const { code, message } = describeThrown(thrown);
    return classifyFailure({ code: code ?? undefined, message }, clock.monotonicMs() - since);
  };

  const attempt = async (call: OccurrenceCall, signal: AbortSignal, trace?: Headers): Promise<Attempt> => {
    const since = clock.monotonicMs();
    try {
      if (makeHeaders === undefined) return answered(await send(new Sending(call, trace), signal), since, undefined);
      const made = await hostHeaders(makeHeaders, timeoutMs, signal);
      const extra = trace === undefined ? made : { ...trace, ...made };
      const left = Math.max(1, Math.ceil(timeoutMs - (clock.monotonicMs() - since)));
      return answered(await send(new Sending(call, extra), signal, asAxiosTimeout(left)), since, extra);
    } catch (error) {
      return failed(error, since);
    }
  };

  const target = { method: 'POST', url: new URL(url), endOf: (attempt: Attempt): CallEnd => attempt as CallEnd };
  const process: SubscriptionWorker['process'] = (call, signal) => {
    const telemetry = options.telemetry?.current ?? null;
    if (telemetry === null) return attempt(call, signal);
    return tracedCall(telemetry, { ...target, resent: call.attempt - 1 }, (trace) => attempt(call, signal, trace));
  };
  return { process, close: () => undici.close() };
}
