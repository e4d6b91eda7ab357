// The target of a redirect, by the rules that axios follows (RFC 9110 section 15.4, and the practice of browsers).
import type { HttpRequest, HttpResponse } from './exchange.js';

/** Headers that describe the body, which is no longer sent. */
const ABOUT_BODY = /^content-/;
const SECRET = new Set(['authorization', 'cookie', 'proxy-authorization']);

const dropHeaders = (headers: HttpRequest['headers'], drop: (name: string) => boolean): HttpRequest['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !drop(name)));

function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

/** The next request; null if the response is not a redirect. Credentials are never sent to another origin. */
export function nextHop(
  request: HttpRequest,
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
): HttpRequest | null {
  const { location } = headers;
  if (status < 300 || status > 399 || location === undefined || location === '') return null;
  const url = new URL(location, request.origin + request.path);
  const get = becomesGet(status, request.method);
  const away = url.origin !== request.origin;
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: get ? 'GET' : request.method,
    headers: dropHeaders(
      request.headers,
      (name) => name === 'host' || (get && ABOUT_BODY.test(name)) || (away && SECRET.has(name)),
    ),
    body: get ? null : request.body,
  };
}
