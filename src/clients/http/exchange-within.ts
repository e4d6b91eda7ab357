// One request with a time limit and a signal, without axios, for data that is fetched in thousands of requests.
import type { Dispatcher } from 'undici';
import { toError } from '../../base/errors.js';
import { startTimer } from '../../base/timing/long-timer.js';
import { Exchange, type HttpRequest, type HttpResponse } from './exchange.js';

export interface ExchangeLimits {
  /** From the request to the end of the body. */
  readonly timeoutMs: number;
  /** Of the body. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Rejects with the signal's reason, BodyTooLong, BodyCutShort, or what the connection said. Its timer and its listener end with the
 * call: AbortSignal.any with AbortSignal.timeout would keep each response until its time limit has passed.
 */
export function exchangeWithin(
  dispatcher: Dispatcher,
  request: HttpRequest,
  { timeoutMs, maxBytes, signal }: ExchangeLimits,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => exchange.fail(toError(signal.reason));
    const timer = startTimer(() => exchange.fail(new Error(`no response within ${timeoutMs} ms`)), timeoutMs);
    const leave = (): void => {
      timer.stop();
      signal.removeEventListener('abort', onAbort);
    };
    const exchange = new Exchange(maxBytes, {
      onAnswer: (response) => {
        leave();
        resolve(response);
      },
      onFailure: (error) => {
        leave();
        reject(error);
      },
    });
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    try {
      dispatcher.dispatch(request, exchange);
    } catch (error) {
      exchange.fail(toError(error));
    }
  });
}
