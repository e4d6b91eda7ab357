// Gives every request an id: the caller's own if it is well-formed, otherwise a new one. It is in the response and in each log line.
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import type { RequestContext } from '../../base/request-context.js';

const SANE = /^[\w.:-]{8,128}$/;
const HEADER = 'X-Request-Id';

/** Middleware: everything that logs within the request logs its id. An id set by an outer router is kept. */
export const requestId =
  (context: RequestContext): RequestHandler =>
  (request, response, next) => {
    const given = response.get(HEADER) ?? request.get(HEADER) ?? '';
    const id = SANE.test(given) ? given : randomUUID();
    response.set(HEADER, id);
    context.run({ request_id: id }, next);
  };

export const requestIdOf = (request: Request): string | undefined => request.res?.get(HEADER);

const QUIET = /^\/(health|metrics)(\/|$)/;

/** One line per request, without query, headers and body, so that no secret is logged. Health checks are logged as debug. */
export const accessLog =
  (logger: Logger, clock: Clock): RequestHandler =>
  (request, response, next) => {
    const began = clock.monotonicMs();
    const { method, path } = request;
    response.once('close', () => {
      const durationMs = Math.round(clock.monotonicMs() - began);
      const fields = {
        method,
        path,
        status: response.statusCode,
        duration_ms: durationMs,
        sent: response.writableFinished,
      };
      if (QUIET.test(path)) logger.debug('request', fields);
      else logger.info('request', fields);
    });
    next();
  };
