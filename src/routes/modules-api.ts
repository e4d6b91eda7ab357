// Everything that modules add under /api: routes for the application's users, and public ones that authenticate their callers themselves.
import { Router, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { RulesOf } from '../base/options/check-options.js';
import { silentLogger, type Logger } from '../base/logger.js';
import { callback, required } from '../base/options/option-rules.js';
import { requireIdentity, type Authenticate } from './kit/auth/authenticate.js';
import { errorHandler } from './kit/error-handler.js';
import { abortSignal, checkRoutes, handlers, ORIGIN_RULES, routeLogger } from './kit/option-rules.js';
import type { Route } from './kit/route.js';
import { jsonBody } from './kit/body/json-body.js';
import { buildRouter } from './kit/router.js';
import { sameOriginChanges, type OriginOptions } from './kit/auth/same-origin.js';
import { userActorOf } from './kit/auth/user-actor.js';
import type { AuthenticateUser } from './kit/auth/user-auth.js';
import type { AdminScheduler } from './scheduler-port.js';

export interface ModulesApiOptions extends OriginOptions {
  /** Returns the user; null is a 401. */
  readonly authenticateUser: AuthenticateUser;
  /** Authenticates services that may call routes with `services: true`, such as `bearerTokens(…)`. Default: none. */
  readonly authenticateService?: Authenticate;
  /** Request handlers that run before the modules' routes. */
  readonly before?: readonly RequestHandler[];
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Aborts when the server closes: long waits end with 202. */
  readonly closing?: AbortSignal;
}

export const MODULES_API_RULES: RulesOf<ModulesApiOptions> = {
  ...ORIGIN_RULES,
  authenticateUser: required(callback),
  authenticateService: callback,
  before: handlers,
  logger: routeLogger,
  closing: abortSignal,
};

export interface ModulesApi {
  readonly router: Router;
  readonly userRoutes: readonly Route[];
  readonly publicRoutes: readonly Route[];
}

/** To be mounted at `/api`. Throws INVALID_CONFIG for an option that is wrong. Paths that no module has are left to whatever is mounted after it. */
export function createModulesApi({ modules }: Pick<AdminScheduler, 'modules'>, options: ModulesApiOptions): ModulesApi {
  checkRoutes('createModulesApi', options, MODULES_API_RULES);
  const { authenticateUser, authenticateService, before = [], logger = silentLogger, closing } = options;
  const userRoutes = modules?.userRoutes() ?? [];
  const publicRoutes = modules?.publicRoutes() ?? [];
  const closes = closing ? { closing } : {};
  const open = (route: Route) => [...before, helmet(), ...(route.rawBody ? [] : [jsonBody(route.bodyLimit)])];
  const router = Router();
  router.use(buildRouter({ routes: publicRoutes, before: open, actorOf: () => ({ name: 'anonymous' }), ...closes }));
  const usersOnly = requireIdentity(authenticateUser);
  const anyCaller = requireIdentity(
    async (request) => (await authenticateService?.(request)) ?? authenticateUser(request),
  );
  const guarded = (route: Route) => [
    ...[...before, helmet(), route.services ? anyCaller : usersOnly],
    ...(route.rawBody
      ? [sameOriginChanges(options, { jsonOnly: false })]
      : [sameOriginChanges(options), jsonBody(route.bodyLimit)]),
  ];
  router.use(buildRouter({ routes: userRoutes, before: guarded, actorOf: userActorOf, ...closes }));
  router.use(errorHandler(logger));
  return { router, userRoutes, publicRoutes };
}
