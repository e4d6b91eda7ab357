// Everything that modules add under /api: routes for the application's users, and public ones that check their callers themselves.
import { Router, type RequestHandler } from 'express';
import helmet from 'helmet';
import { silentLogger, type Logger } from '../base/logger.js';
import { requireIdentity, type Authenticate } from './kit/authenticate.js';
import { errorHandler } from './kit/error-handler.js';
import type { Route } from './kit/route.js';
import { jsonBody, rawBody } from './kit/json-body.js';
import { buildRouter } from './kit/router.js';
import { sameOriginChanges, type OriginOptions } from './kit/same-origin.js';
import { userActorOf } from './kit/user-actor.js';
import type { AuthenticateUser } from './kit/user-auth.js';
import type { AdminScheduler } from './scheduler-port.js';

export interface ModulesApiOptions extends OriginOptions {
  /** Says who the user is; null is a 401. */
  readonly authenticateUser: AuthenticateUser;
  /** Knows the services that may call routes with `services: true`, such as `bearerTokens(…)`. Default: there are none. */
  readonly authenticateService?: Authenticate;
  /** Runs first, for the modules' routes alone. */
  readonly before?: readonly RequestHandler[];
  readonly logger?: Logger;
  readonly closing?: AbortSignal;
}

export interface ModulesApi {
  readonly router: Router;
  readonly userRoutes: readonly Route[];
  readonly publicRoutes: readonly Route[];
}

const bodyOf = ({ rawBody: raw, bodyLimit }: Route): RequestHandler =>
  raw === undefined ? jsonBody(bodyLimit) : rawBody(bodyLimit);

/** To be mounted at `/api`. Paths that no module has are left to whatever is mounted after it. */
export function createModulesApi({ modules }: Pick<AdminScheduler, 'modules'>, options: ModulesApiOptions): ModulesApi {
  const { authenticateUser, authenticateService, before = [], logger = silentLogger, closing } = options;
  const userRoutes = modules?.userRoutes() ?? [];
  const publicRoutes = modules?.publicRoutes() ?? [];
  const closes = closing ? { closing } : {};
  const open = (route: Route) => [...before, helmet(), bodyOf(route)];
  const router = Router();
  router.use(buildRouter({ routes: publicRoutes, before: open, actorOf: () => ({ name: 'anonymous' }), ...closes }));
  const usersOnly = requireIdentity(authenticateUser);
  const anyCaller = requireIdentity(
    async (request) => (await authenticateService?.(request)) ?? authenticateUser(request),
  );
  const guarded = (route: Route) => [
    ...[...before, helmet(), route.services ? anyCaller : usersOnly],
    ...[sameOriginChanges(options), bodyOf(route)],
  ];
  router.use(buildRouter({ routes: userRoutes, before: guarded, actorOf: userActorOf, ...closes }));
  router.use(errorHandler(logger));
  return { router, userRoutes, publicRoutes };
}
