// Maps an HTTP response, or the lack of one, to an Attempt. Pure.
import type { Attempt, AttemptError } from './attempt.js';
import { parseRetryAfter } from '../http/retry-after.js';

export interface Answer {
  readonly status: number;
  readonly retryAfter: unknown;
  /** The beginning of a text body, for the error message; secrets are already removed. */
  readonly excerpt: string;
}

const MISCONFIGURED = new Set([401, 403, 404]);
const OVERLOADED = new Set([408, 429, 503]);
const MAX_MESSAGE = 500;

const errorOf = (code: string, message: string): AttemptError => ({ code, message: message.slice(0, MAX_MESSAGE) });

/** A response that is not 2xx. Redirects are not followed: the address is wrong, and a POST would become a GET on the way. */
function unhappy({ status, retryAfter, excerpt }: Answer, durationMs: number, now: Date): Attempt {
  const error = errorOf(`HTTP_${status}`, excerpt === '' ? `returned ${status}` : `returned ${status}: ${excerpt}`);
  if (MISCONFIGURED.has(status) || (status >= 300 && status < 400)) {
    return { kind: 'misconfigured', status, durationMs, error };
  }
  const retryAfterMs = parseRetryAfter(retryAfter, now);
  if (OVERLOADED.has(status)) return { kind: 'overloaded', status, durationMs, retryAfterMs, error };
  if (status >= 400 && status < 500) return { kind: 'rejected', status, durationMs, error };
  return { kind: 'broken', status, durationMs, retryAfterMs, error };
}

export const classifyAnswer = (answer: Answer, durationMs: number, now: Date): Attempt =>
  answer.status >= 200 && answer.status < 300
    ? { kind: 'ok', status: answer.status, durationMs }
    : unhappy(answer, durationMs, now);

const TIMEOUTS = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT']);

/** Whether an error code speaks of the receiver, as opposed to the one call that it refused. */
export function blamesReceiver(code: string): boolean {
  const status = Number(/^HTTP_(\d+)$/.exec(code)?.[1] ?? NaN);
  if (Number.isNaN(status)) return code !== 'INVALID_SCHEDULE' && code !== 'OTHER';
  return status < 400 || status >= 500 || MISCONFIGURED.has(status) || OVERLOADED.has(status);
}

/** The error of a call without a complete response. */
export function classifyFailure(failure: { code?: string | undefined; message: string }, durationMs: number): Attempt {
  const { code = 'NETWORK', message } = failure;
  const nothing = { status: null, durationMs, retryAfterMs: null };
  if (code === 'ERR_CANCELED') return { kind: 'aborted', durationMs };
  if (TIMEOUTS.has(code)) {
    return { kind: 'overloaded', ...nothing, error: errorOf('TIMEOUT', `no complete response: ${message}`) };
  }
  const broken = (named: string, text: string): Attempt => ({
    kind: 'broken',
    ...nothing,
    error: errorOf(named, text),
  });
  if (message.startsWith('maxContentLength'))
    return broken('RESPONSE_TOO_LARGE', 'the response is longer than allowed');
  if (code.startsWith('HPE_')) return broken('INVALID_RESPONSE', `the response is not HTTP: ${message}`);
  if (code === 'ERR_BAD_RESPONSE') return broken('RESPONSE_CUT', 'the connection ended in the middle of the response');
  return broken(code, message);
}
