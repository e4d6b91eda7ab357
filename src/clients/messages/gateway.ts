// SMS and WhatsApp through one kind of gateway: `POST {to, text, message_id}` with a Bearer token.
import { Agent, request } from 'undici';
import { SchedulerError, toError } from '../../base/errors.js';
import { systemClock, type Clock } from '../../base/clock.js';
import { parseRetryAfter } from '../http/retry-after.js';
import { outcome } from '../mail/outcomes.js';
import type { OutgoingMessage, Transport, TransportOutcome } from '../mail/transport.js';

export interface GatewayOptions {
  readonly url: string;
  readonly token?: string;
  /** For logs and health. Default: the method. */
  readonly name?: string;
  /** For one call. Default 30,000. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/** Bytes of a response that are read and kept in the log. */
const MAX_RESPONSE_BYTES = 16_384;
const MAX_TEXT = 1_600;

/**
 * 2xx accepts, 4xx is final, 429 and 5xx are retried. A call whose response is lost may have been accepted: `message_id` is the same on
 * every attempt, so that a gateway can recognise it. Throws INVALID_CONFIG for an invalid URL.
 */
export function gateway(method: 'sms' | 'whatsapp', options: GatewayOptions): Transport {
  const { url, token, name = method, timeoutMs = 30_000, clock = systemClock } = options;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new SchedulerError(
      'INVALID_CONFIG',
      `the URL of the gateway for ${method} must begin with http:// or https://`,
    );
  }
  const agent = new Agent({ connect: { timeout: 10_000 }, maxResponseSize: MAX_RESPONSE_BYTES });
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };

  const call = async (message: OutgoingMessage, signal: AbortSignal): Promise<TransportOutcome> => {
    const body = JSON.stringify({
      to: message.to.address,
      text: message.text.slice(0, MAX_TEXT),
      message_id: message.messageId,
    });
    const response = await request(url, {
      ...{ dispatcher: agent, method: 'POST', headers, body, signal },
      ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    });
    const said = await response.body.text().catch(() => '');
    return judgeResponse(response.statusCode, said, parseRetryAfter(response.headers['retry-after'], clock.now()));
  };

  return {
    name,
    method,
    send: (message, signal) => call(message, signal).catch((thrown: unknown) => judgeFailure(toError(thrown))),
    close: () => agent.destroy(),
  };
}

/** Pure. A redirect is a response that accepts nothing. */
function judgeResponse(code: number, response: string, retryAfterMs: number | null): TransportOutcome {
  const about = { code, response };
  if (code >= 200 && code < 300) return outcome('accepted', about);
  const error = `the gateway responded with ${code}`;
  if (code === 429) return outcome('deferred', { ...about, error, retryAfterMs, serverTrouble: true });
  // a wrong token or address of the gateway fails every message: the breaker must stop the rest
  if (code >= 300 && code < 500)
    return outcome('refused', { ...about, error, serverTrouble: [401, 403, 404].includes(code) });
  return outcome('deferred', { ...about, error, retryAfterMs, serverTrouble: true });
}

/** Before a connection was made, nothing can have been accepted. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function judgeFailure(error: Error & { code?: string }): TransportOutcome {
  const sure = NOT_CONNECTED.has(error.code ?? '') || /CERT|TLS|SSL|SELF_SIGNED/.test(error.code ?? '');
  return outcome(sure ? 'deferred' : 'unknown', { error: error.message, serverTrouble: true });
}
