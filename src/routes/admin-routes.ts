// The HTTP API of a scheduler: one Express router with everything under /admin, behind the host's authentication.
import { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { systemClock, type Clock } from '../base/clock.js';
import type { RulesOf } from '../base/options/check-options.js';
import { isSchedulerError } from '../base/errors.js';
import { silentLogger, type Logger } from '../base/logger.js';
import { callback, having, matching, object } from '../base/options/option-rules.js';
import type { NamedToken } from '../base/secrets/named-tokens.js';
import { createRequestContext, type RequestContext } from '../base/request-context.js';
import type { SecretPolicy } from '../base/secrets/secret-strength.js';
import { VERSION } from '../base/version.js';
import { dashboardPages } from '../dashboard/dashboard-pages.js';
import type { LoginCodes } from '../dashboard/login-codes.js';
import { adminAccess } from './access/admin-access.js';
import { adminActor, plainActor } from './access/admin-actor.js';
import { requireRole } from './access/roles.js';
import { needsSecure, renewSession, requireCsrf } from './access/session-guards.js';
import { adminResources } from './admin-resources.js';
import {
  createGuessLimit,
  requireIdentity,
  unauthenticated,
  type Authenticate,
  type GuessLimit,
} from './kit/auth/authenticate.js';
import { errorHandler } from './kit/error-handler.js';
import { createMetrics, type Metrics } from './telemetry/metrics.js';
import {
  abortSignal,
  checkRoutes,
  ORIGIN_RULES,
  routeClock,
  routeLogger,
  SECRET_RULES,
  tokenList,
} from './kit/option-rules.js';
import { openApiDocument } from './kit/openapi.js';
import { requestId } from './kit/request-id.js';
import { openApiRoute } from './resources/openapi.js';
import { sessionRoutes, type LoginActor } from './resources/session.js';
import type { Route } from './kit/route.js';
import { jsonBodies, jsonBody } from './kit/body/json-body.js';
import { buildRouter, notFound } from './kit/router.js';
import { sameOriginChanges, type OriginOptions } from './kit/auth/same-origin.js';
import type { AdminScheduler } from './scheduler-port.js';

export interface AdminRoutesOptions extends OriginOptions, SecretPolicy {
  /** Returns the caller; null is a 401. Either this or `tokens`. */
  readonly authenticate?: Authenticate;
  /** Bearer tokens with names for the audit log, each of at least 16 characters. */
  readonly tokens?: readonly NamedToken[];
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** For the server: adds the id of the request to log lines. */
  readonly context?: RequestContext;
  /** Aborts when the server closes: long waits end with 202, and streams end. */
  readonly closing?: AbortSignal;
  /** Metrics of the host, if it serves the same ones elsewhere as well. */
  readonly metrics?: Metrics;
  /** The path at which browsers reach the router, if a proxy changes it: `/tools/scheduler`. Default: the path at which it is mounted. */
  readonly publicPath?: string;
  /** One-time login codes that the host issues itself. Needs `tokens`. */
  readonly loginCodes?: LoginCodes;
  /** For tests. Default: the clock of the system. */
  readonly clock?: Clock;
}

export const ADMIN_RULES: RulesOf<AdminRoutesOptions> = {
  ...ORIGIN_RULES,
  ...SECRET_RULES,
  authenticate: callback,
  tokens: tokenList,
  logger: routeLogger,
  context: object,
  closing: abortSignal,
  metrics: object,
  publicPath: matching(/^(\/[\w.~-]+)+$/, 'a path such as /tools/scheduler, without a slash at its end'),
  loginCodes: having('what createLoginCodes returns', 'issue', 'redeem'),
  clock: routeClock,
};

/**
 * Everything under `/admin`, to be mounted with `app.use('/admin', adminRoutes(scheduler, { authenticate }))`: the API and the dashboard.
 * With `tokens` the dashboard's page, which contains no data, is sent to everyone; everything else requires authentication, whatever the
 * path. Throws INVALID_CONFIG for an invalid option, if neither `authenticate` nor `tokens` is given, and for a token that is empty or, in
 * production, short.
 */
export const adminRoutes = (scheduler: AdminScheduler, options: AdminRoutesOptions): Router =>
  createAdminApi(scheduler, options).router;

/** The router together with its routes, for hosts that describe them in their own document. */
export function createAdminApi(
  scheduler: AdminScheduler,
  options: AdminRoutesOptions,
): { readonly router: Router; readonly routes: readonly Route[] } {
  checkRoutes('adminRoutes', options, ADMIN_RULES);
  const { logger = silentLogger, context = createRequestContext(), clock = systemClock, closing } = options;
  const { authenticate, logins } = adminAccess(options, clock);
  const metrics = options.metrics ?? createMetrics(scheduler);
  const publicPath = (base: string): string => options.publicPath ?? base;
  const environment = options.environment ?? process.env.NODE_ENV ?? 'development';
  const routes = [
    ...adminResources({ scheduler, metrics, clock, logger }),
    ...sessionRoutes({ scheduler, logger, environment, logins, publicPath }),
  ];
  routes.push(openApiRoute((base) => openApiDocument([{ prefix: base, routes, ...ADMIN_GROUP }], VERSION)));

  const limit = createGuessLimit();
  const sameOrigin = sameOriginChanges(options);
  const baseOf = (request: Request): string => publicPath(request.baseUrl);
  const login = logins ? 'token' : 'host';
  const knows = async (request: Request, response: Response): Promise<boolean> => {
    if ((await authenticate(request)) !== null) return true;
    return limit(request, response).then(() => false);
  };
  const apiPaths = new Set(routes.filter(({ method }) => method === 'get').map(({ path }) => path));
  const guarded = routes.filter(({ open }) => !open);
  const closes = closing ? { closing } : {};

  const router = Router();
  router.use(requestId(context), helmet(), noStore);
  router.use(dashboardPages({ baseOf, apiPaths, ...(logins ? {} : { admits: knows }) }));
  router.use(
    buildRouter({
      routes: routes.filter(({ open }) => open),
      before: [sameOrigin, jsonBody()],
      actorOf: (request): LoginActor => ({ ...plainActor(request), secure: needsSecure(request) }),
      ...closes,
    }),
    countWrongLogins(limit),
  );
  router.use(requireIdentity(authenticate, { limit, refusal: () => unauthenticated(login) }), sameOrigin, requireCsrf);
  if (logins) router.use(renewSession(logins.sessions, baseOf));
  router.use(
    jsonBodies(guarded),
    buildRouter({
      routes: guarded,
      before: (route) => [requireRole(route)],
      actorOf: adminActor,
      ...closes,
    }),
  );
  router.use(notFound, errorHandler(logger));
  return { router, routes };
}

/** How its routes appear in the document. */
export const ADMIN_GROUP = { security: ['admin', 'session'], roles: true } as const;

/** A wrong token counts as a wrong guess, however it is sent. */
const countWrongLogins =
  (limit: GuessLimit): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (!isSchedulerError(error, 'UNAUTHENTICATED')) return next(error);
    limit(request, response).then(() => next(error), next);
  };

/** Responses are current and private, so they must not be cached. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
