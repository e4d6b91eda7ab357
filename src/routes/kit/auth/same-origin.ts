// Cross-site request forgery: a browser sends the cookies of a user with requests that pages of other sites make. Changes are accepted from
// the host's own pages, from trusted origins, and from callers that are not browsers.
import type { Request, RequestHandler } from 'express';
import { SchedulerError } from '../../../base/errors.js';

export interface OriginOptions {
  /** Origins such as `https://console.example.com` whose pages may make changes with the credentials of a browser. */
  readonly trustedOrigins?: readonly string[];
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Changes nothing. */
export const isRead = ({ method }: Pick<Request, 'method'>): boolean => READS.has(method);

/** Pages of other origins cannot add these without a preflight. Basic and Negotiate do not count: browsers send them automatically. */
const hasToken = (request: Request): boolean =>
  /^Bearer +\S/i.test(request.get('authorization') ?? '') || request.get('x-worker-secret') !== undefined;

/** Refuses changes that another site may have made a browser send. Throws INVALID_CONFIG for an invalid trusted origin. */
export function sameOriginChanges(
  { trustedOrigins = [] }: OriginOptions = {},
  { jsonOnly = true }: { readonly jsonOnly?: boolean } = {},
): RequestHandler {
  const trusted = new Set(trustedOrigins.map(checkedOrigin));
  return (request, _response, next) => {
    if (isRead(request) || hasToken(request)) return next();
    if (!isOwn(request, trusted)) return next(crossOrigin());
    next(jsonOnly && hasBody(request) && !isJson(request) ? notJson() : undefined);
  };
}

function checkedOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  const message = 'must be an origin such as https://console.example.com, without a path';
  throw new SchedulerError('INVALID_CONFIG', `trustedOrigins: ${message}`, {
    errors: [{ path: 'trustedOrigins', message }],
  });
}

/** Browsers send `Sec-Fetch-Site`; older ones, and all of them over plain HTTP, only `Origin`. Other callers send neither. */
function isOwn(request: Request, trusted: ReadonlySet<string>): boolean {
  const origin = request.get('origin');
  if (origin !== undefined && trusted.has(origin)) return true;
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined || (URL.canParse(origin) && isHostOf(request, new URL(origin)));
}

function isHostOf(request: Request, { protocol, host }: URL): boolean {
  const asked = `${protocol}//${hostOf(request)}`;
  return host !== '' && URL.canParse(asked) && new URL(asked).host === host;
}

/** Like Express's `hostname`, but with the port. Express 4 has no such property. */
function hostOf(request: Request): string {
  const trusts = request.app.get('trust proxy fn') as ((address: string, hop: number) => boolean) | undefined;
  const forwarded = request.get('x-forwarded-host')?.split(',')[0]?.trim();
  if (forwarded && trusts?.(request.socket.remoteAddress ?? '', 0)) return forwarded;
  return request.get('host') ?? '';
}

const hasBody = (request: Request): boolean =>
  request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;

const isJson = (request: Request): boolean =>
  /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(request.get('content-type') ?? '');

const crossOrigin = (): SchedulerError =>
  new SchedulerError(
    'CROSS_ORIGIN',
    'a page of another origin must not make changes: trust its origin, or send a token',
  );

const notJson = (): SchedulerError => new SchedulerError('UNSUPPORTED_MEDIA_TYPE', 'send the body as application/json');
