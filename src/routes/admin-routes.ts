// The face of a scheduler over HTTP: one Express router with everything under /admin, behind the host's authentication.
import { Router, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import { systemClock, type Clock } from '../base/clock.js';
import type { RulesOf } from '../base/check-options.js';
import { SchedulerError } from '../base/errors.js';
import { silentLogger, type Logger } from '../base/logger.js';
import { callback, object } from '../base/option-rules.js';
import type { NamedToken } from '../base/named-tokens.js';
import { createRequestContext, type RequestContext } from '../base/request-context.js';
import { VERSION } from '../base/version.js';
import type { Actor } from '../scheduler/contracts/scheduler.js';
import { adminResources } from './admin-resources.js';
import type { SecretPolicy } from '../base/secret-strength.js';
import { bearerTokens, identityOf, policyOf, requireIdentity, type Authenticate } from './kit/authenticate.js';
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
import { requestId, requestIdOf } from './kit/request-id.js';
import { openApiRoute } from './resources/openapi.js';
import type { Route } from './kit/route.js';
import { jsonBodies } from './kit/json-body.js';
import { buildRouter, notFound } from './kit/router.js';
import { sameOriginChanges, type OriginOptions } from './kit/same-origin.js';
import type { AdminScheduler } from './scheduler-port.js';

export interface AdminRoutesOptions extends OriginOptions, SecretPolicy {
  /** Says who calls; null is a 401. Either this or `tokens`. */
  readonly authenticate?: Authenticate;
  /** Bearer tokens with names for the audit log, each of at least 16 characters. */
  readonly tokens?: readonly NamedToken[];
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** So that log lines carry the id of their request; the server's own. */
  readonly context?: RequestContext;
  /** Aborts when the server closes: long waits answer 202 and streams end. */
  readonly closing?: AbortSignal;
  /** When the host serves the same metrics elsewhere too. */
  readonly metrics?: Metrics;
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
  clock: routeClock,
};

/**
 * Everything under `/admin`, to be mounted with `app.use('/admin', adminRoutes(scheduler, { authenticate }))`.
 * Nobody gets past authentication, whatever the path. Throws INVALID_CONFIG for an option that is wrong, when neither
 * `authenticate` nor `tokens` is given, and for a token that is empty or, in production, short.
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
  const [authenticated, sameOrigin] = [requireIdentity(authenticateBy(options)), sameOriginChanges(options)];
  const metrics = options.metrics ?? createMetrics(scheduler);
  const routes = adminResources({ scheduler, metrics, clock, logger });
  routes.push(openApiRoute((base) => openApiDocument([{ prefix: base, routes, security: ['admin'] }], VERSION)));
  const router = Router();
  router.use(requestId(context), helmet(), noStore, authenticated, sameOrigin, jsonBodies(routes));
  router.use(buildRouter({ routes, actorOf, ...(closing ? { closing } : {}) }));
  router.use(notFound, errorHandler(logger));
  return { router, routes };
}

/** What an operator sees is of this moment, and nobody else's. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

function authenticateBy(options: AdminRoutesOptions): Authenticate {
  const { authenticate, tokens } = options;
  if (authenticate) return authenticate;
  if (tokens && tokens.length > 0) return bearerTokens(tokens, policyOf(options));
  const message = 'is needed, or `tokens`: the routes must not be open to everybody';
  throw new SchedulerError('INVALID_CONFIG', `adminRoutes: authenticate ${message}`, {
    errors: [{ path: 'authenticate', message }],
  });
}

function actorOf(request: Request): Actor {
  const { name } = identityOf(request);
  const requestId = requestIdOf(request);
  return { name, ...(request.ip ? { ip: request.ip } : {}), ...(requestId ? { requestId } : {}) };
}
