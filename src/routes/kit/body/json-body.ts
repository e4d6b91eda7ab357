// Reads a body as JSON. A body that cannot be read is the caller's mistake and is refused as such.
import express, { Router, type RequestHandler } from 'express';
import { SchedulerError } from '../../../base/errors.js';
import type { Route } from '../route.js';

/** More than a thousand ids fit; larger bodies are refused. */
const BODY_LIMIT = '256kb';

/** Messages for the errors of the body parser, by their `type`. */
const PROBLEMS: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'is not valid JSON',
  'entity.too.large': 'is too large',
  'charset.unsupported': 'must be in UTF-8',
  'encoding.unsupported': 'has an unknown content encoding',
  'request.size.invalid': 'is not as long as its Content-Length says',
  'request.aborted': 'ended early',
};

/** Invalid compression is reported as a zlib error, which has no type. */
function unreadable(thrown: unknown, encoded: boolean): SchedulerError {
  const { type } = (thrown ?? {}) as { type?: unknown };
  const known = typeof type === 'string' ? PROBLEMS[type] : undefined;
  const message = known ?? (encoded ? 'does not match its Content-Encoding' : 'cannot be read');
  return new SchedulerError('INVALID_INPUT', `body: ${message}`, { errors: [{ path: 'body', message }] });
}

/** A body is read as JSON whatever its content type: if it were ignored, it would be treated as empty. */
export function jsonBody(limit: number | string = BODY_LIMIT): RequestHandler {
  const parse = express.json({ limit, strict: false, type: () => true });
  return (request, response, next) =>
    parse(request, response, (thrown?: unknown) =>
      next(thrown === undefined ? undefined : unreadable(thrown, request.get('content-encoding') !== undefined)),
    );
}

/** The same for all routes except those that read their bodies themselves. */
export function jsonBodies(routes: readonly Route[]): Router {
  const router = Router({ caseSensitive: true });
  for (const { method, path, rawBody } of routes) {
    if (rawBody) router[method](path, (_request, _response, next) => next('router'));
  }
  return router.use(jsonBody());
}
