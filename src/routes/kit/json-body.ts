// Reads a body as JSON. Whatever cannot be read is the caller's mistake and is refused as such.
import express, { Router, type RequestHandler } from 'express';
import { SchedulerError } from '../../base/errors.js';
import type { Route } from './route.js';

/** More than a thousand ids fit; what is larger is refused. */
export const BODY_LIMIT = '256kb';

/** What the body parser says, by its `type`. */
const PROBLEMS: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'is not valid JSON',
  'entity.too.large': 'is too large',
  'charset.unsupported': 'must be in UTF-8',
  'encoding.unsupported': 'has an unknown content encoding',
  'request.size.invalid': 'is not as long as its Content-Length says',
  'request.aborted': 'ended early',
};

/** A broken compression comes as an error of zlib, which has no type. */
function unreadable(thrown: unknown, encoded: boolean): SchedulerError {
  const { type } = (thrown ?? {}) as { type?: unknown };
  const known = typeof type === 'string' ? PROBLEMS[type] : undefined;
  const message = known ?? (encoded ? 'does not match its Content-Encoding' : 'cannot be read');
  return new SchedulerError('INVALID_INPUT', `body: ${message}`, { errors: [{ path: 'body', message }] });
}

/** Whatever its content type says, a body is JSON: one that we overlooked would be taken for an empty one. */
export function jsonBody(limit: number | string = BODY_LIMIT): RequestHandler {
  const parse = express.json({ limit, strict: false, type: () => true });
  return (request, response, next) =>
    parse(request, response, (thrown?: unknown) =>
      next(thrown === undefined ? undefined : unreadable(thrown, request.get('content-encoding') !== undefined)),
    );
}

/** The same for all routes but those that take their bodies as they come. */
export function jsonBodies(routes: readonly Route[]): Router {
  const router = Router({ caseSensitive: true });
  for (const { method, path, rawBody } of routes) {
    if (rawBody) router[method](path, (_request, _response, next) => next('router'));
  }
  return router.use(jsonBody());
}
