// The client of the subscription worker: one POST an occurrence, and every way in which it may go wrong as a value.
import { Axios, type AxiosResponse } from 'axios';
import type { Clock } from '../base/clock.js';
import { SchedulerError, toError } from '../base/errors.js';
import { idempotencyKey, type Attempt, type OccurrenceCall, type SubscriptionWorker } from './attempt.js';
import { classifyAnswer, classifyFailure } from './classify.js';
import { hostHeaders, type Headers } from './host-headers.js';
import { createUndiciAdapter } from './http/undici-adapter.js';
import { createRedact } from './redact.js';

export interface SubscriptionWorkerOptions {
  /** Calls go to `{url}/process`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  /** Headers made for each call, such as an identity token; they win over ours. */
  readonly headers?: () => Headers | Promise<Headers>;
  /** For the whole call, a body that never ends included. */
  readonly timeoutMs: number;
  /** A longer answer is an error. */
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  readonly clock: Clock;
}

const EXCERPT_BYTES = 200;

function processUrl(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.pathname = `${parsed.pathname.replace(/\/+$/, '')}/process`;
    return parsed.toString();
  } catch (cause) {
    throw new SchedulerError('INVALID_CONFIG', 'the URL of the subscription worker is not a URL', {}, { cause });
  }
}

const bodyOf = (call: OccurrenceCall): string =>
  JSON.stringify({
    subscriptionId: call.subscriptionId,
    userId: call.userId,
    scheduledFor: call.scheduledFor.toISOString(),
    attempt: call.attempt,
    missedCount: call.missedCount,
  });

/** Printable characters of the beginning of a text answer; anything else says nothing to a reader. */
function excerptOf({ headers, data }: AxiosResponse<Buffer>): string {
  const type = headers['content-type'];
  if (typeof type !== 'string' || !/json|text/.test(type)) return '';
  const text = data.subarray(0, EXCERPT_BYTES).toString('utf8');
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\ufffd]+/g, ' ').trim();
}

/** Throws INVALID_CONFIG when `url` is none. `process` never rejects. */
export function createSubscriptionWorker(options: SubscriptionWorkerOptions): SubscriptionWorker {
  const { token, headers: makeHeaders, timeoutMs, clock } = options;
  const url = processUrl(options.url);
  const undici = createUndiciAdapter({ connections: options.maxConnections });
  // Without axios's global defaults: what they add (JSON guessing, XSRF, form bodies) is merged anew for each call.
  const client = new Axios({
    adapter: undici.adapter,
    timeout: timeoutMs,
    maxContentLength: options.maxResponseBytes,
    maxRedirects: 0,
    responseType: 'arraybuffer',
    validateStatus: null,
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
  });

  const send = (
    call: OccurrenceCall,
    { extra, timeout }: { extra?: Headers; timeout?: number },
    signal: AbortSignal,
  ): Promise<AxiosResponse<Buffer>> =>
    client.request<Buffer>({
      url,
      method: 'post',
      data: bodyOf(call),
      headers: { 'Idempotency-Key': idempotencyKey(call), ...extra },
      ...(timeout === undefined ? {} : { timeout }),
      signal,
    });

  const answered = (response: AxiosResponse<Buffer>, since: number, extra: Headers | undefined): Attempt => {
    const durationMs = clock.monotonicMs() - since;
    const { status } = response;
    if (status >= 200 && status < 300) return { kind: 'ok', status, durationMs };
    const redact = createRedact([...(token ? [token] : []), ...Object.values(extra ?? {})]);
    const retryAfter: unknown = response.headers['retry-after'];
    return classifyAnswer({ status, retryAfter, excerpt: redact(excerptOf(response)) }, durationMs, clock.now());
  };

  const failed = (thrown: unknown, since: number): Attempt => {
    const error = toError(thrown);
    return classifyFailure(error, clock.monotonicMs() - since);
  };

  const attempt = async (call: OccurrenceCall, signal: AbortSignal): Promise<Attempt> => {
    const since = clock.monotonicMs();
    try {
      if (makeHeaders === undefined) return answered(await send(call, {}, signal), since, undefined);
      const extra = await hostHeaders(makeHeaders, timeoutMs, signal);
      const timeout = Math.max(1, Math.ceil(timeoutMs - (clock.monotonicMs() - since)));
      return answered(await send(call, { extra, timeout }, signal), since, extra);
    } catch (error) {
      return failed(error, since);
    }
  };

  return { process: attempt, close: () => undici.close() };
}
