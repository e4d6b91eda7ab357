// Requests of dashboard sessions: changes need the CSRF token, and the cookie is renewed.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { SchedulerError } from '../../base/errors.js';
import { isRead } from '../kit/auth/same-origin.js';
import { sessionOf, type Sessions } from './sessions.js';

const CSRF_HEADER = 'X-Punctual-CSRF';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** After authentication: a change by a session cookie must send the session's CSRF token. */
export const requireCsrf: RequestHandler = (request, _response, next) => {
  const session = sessionOf(request);
  if (session === null || isRead(request)) return next();
  const right = timingSafeEqual(digest(request.get(CSRF_HEADER) ?? ''), digest(session.csrf));
  next(right ? undefined : new SchedulerError('CSRF_REFUSED', `send the session's csrf in the header ${CSRF_HEADER}`));
};

/** After authentication: a session in use is extended. */
export const renewSession =
  (sessions: Pick<Sessions, 'renew'>, baseOf: (request: Request) => string): RequestHandler =>
  (request, response, next) => {
    const cookie = sessionOf(request) && sessions.renew(request.get('cookie') ?? '', baseOf(request));
    if (cookie) response.append('Set-Cookie', cookie);
    next();
  };

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const isLoopback = (url: string): boolean =>
  URL.canParse(url) && new URL(url).protocol === 'http:' && LOOPBACK.test(new URL(url).hostname);

/** Whether the cookie must be `Secure`: always, except on this machine. A browser says where its page is from. */
export const needsSecure = (request: Request): boolean =>
  !isLoopback(request.get('origin') ?? `http://${request.get('host') ?? ''}`);
