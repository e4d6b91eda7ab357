// One webhook call, signed according to Standard Webhooks; its outcome is a value.
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import type { Clock } from '../../base/clock.js';
import { toError } from '../../base/errors.js';
import { createOutbound, refuseUrl, type OutboundOptions } from '../http/public-address.js';
import { parseRetryAfter } from '../http/retry-after.js';

export interface WebhookCall {
  /** The message's id, the same on every attempt. */
  readonly id: string;
  readonly url: string;
  /** `whsec_…`, the newest first; all of them sign. */
  readonly secrets: readonly string[];
  readonly body: string;
}

export interface WebhookAnswer {
  /** `gone`: 410, the endpoint wants no further messages. `refused`: its address may not be called. */
  readonly kind: 'delivered' | 'failed' | 'gone' | 'refused';
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly retryAfterMs: number | null;
}

export interface WebhookSender {
  send(call: WebhookCall, signal: AbortSignal): Promise<WebhookAnswer>;
  close(): Promise<void>;
}

export interface SenderOptions extends OutboundOptions {
  readonly clock: Clock;
  /** Default 15,000. */
  readonly timeoutMs?: number;
}

const MAX_ANSWER_BYTES = 65_536;
const DAY_MS = 86_400_000;

/** `webhook-id`, `webhook-timestamp` and `webhook-signature` for a body; with several secrets, several signatures. */
function webhookHeaders(call: WebhookCall, at: Date): Record<string, string> {
  const signatures = call.secrets.map((secret) => new Webhook(secret).sign(call.id, at, call.body));
  return {
    'content-type': 'application/json',
    'user-agent': 'punctual-webhooks',
    'webhook-id': call.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

export function createWebhookSender(options: SenderOptions): WebhookSender {
  const { clock, timeoutMs = 15_000, allowPrivate } = options;
  const dispatcher = createOutbound(options);

  const attempt = async (call: WebhookCall, signal: AbortSignal) => {
    const { statusCode, headers, body } = await request(call.url, {
      dispatcher,
      method: 'POST',
      headers: webhookHeaders(call, clock.now()),
      body: call.body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    // the response body is not needed, but reading it keeps the connection alive
    await body.dump({ limit: MAX_ANSWER_BYTES });
    const wait = parseRetryAfter(headers['retry-after'], clock.now());
    return { status: statusCode, retryAfterMs: wait && Math.min(wait, DAY_MS) };
  };

  return {
    async send(call, signal) {
      const startedMs = clock.monotonicMs();
      const answer = (
        rest: Omit<WebhookAnswer, 'durationMs' | 'retryAfterMs'>,
        retryAfterMs: number | null = null,
      ) => ({
        ...rest,
        retryAfterMs,
        durationMs: Math.round(clock.monotonicMs() - startedMs),
      });
      const refused = refuseUrl(call.url, { allowPrivate });
      if (refused !== null) return answer({ kind: 'refused', status: null, error: `the URL ${refused}` });
      try {
        const { status, retryAfterMs } = await attempt(call, signal);
        if (status >= 200 && status < 300) return answer({ kind: 'delivered', status, error: null });
        const kind = status === 410 ? 'gone' : 'failed';
        return answer({ kind, status, error: `it returned ${status}` }, retryAfterMs);
      } catch (thrown) {
        const error = toError(thrown);
        const code = (error as { code?: unknown }).code ?? (error.cause as { code?: unknown } | undefined)?.code;
        const kind = code === 'FORBIDDEN_ADDRESS' ? 'refused' : 'failed';
        return answer({ kind, status: null, error: error.message.slice(0, 500) });
      }
    },
    close: () => dispatcher.close(),
  };
}
