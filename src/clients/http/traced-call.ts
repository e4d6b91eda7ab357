// Traces a call over HTTP by the semantic conventions for HTTP clients, and propagates the trace to its receiver.
import type { SpanFailure, Telemetry } from '../../base/telemetry/telemetry.js';

/** What came of a call, for its span. */
export interface CallEnd {
  readonly status?: number | null;
  readonly error?: SpanFailure;
}

export interface TracedTarget<T> {
  readonly method: string;
  readonly url: URL;
  /** Attempts before this one. */
  readonly resent: number;
  readonly endOf: (result: T) => CallEnd;
}

/** `call` receives the headers that propagate the trace. It must not reject. */
export async function tracedCall<T>(
  telemetry: Telemetry,
  { method, url, resent, endOf }: TracedTarget<T>,
  call: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const span = telemetry.start({
    name: method,
    kind: 'client',
    attributes: {
      'http.request.method': method,
      'server.address': url.hostname,
      'server.port': port,
      'url.full': `${url.origin}${url.pathname}`,
      ...(resent > 0 ? { 'http.request.resend_count': resent } : {}),
    },
  });
  const result = await span.run(() => {
    const headers = telemetry.headers();
    return telemetry.quietly(() => call(headers));
  });
  const { status, error } = endOf(result);
  if (status) span.set({ 'http.response.status_code': status });
  span.end(error ?? null);
  return result;
}
