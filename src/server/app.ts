// The server's Express app: health, metrics and the public document at the root, the admin routes under /admin.
import type { Router } from 'express';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { systemClock } from '../base/clock.js';
import type { Config } from '../base/config.js';
import { SchedulerError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import type { NamedToken } from '../base/named-tokens.js';
import type { RequestContext } from '../base/request-context.js';
import { VERSION } from '../base/version.js';
import { createAdminApi } from '../routes/admin-routes.js';
import { bearerTokens, requireIdentity } from '../routes/kit/authenticate.js';
import { errorHandler } from '../routes/kit/error-handler.js';
import { healthRoutes, type ServerState } from '../routes/telemetry/health.js';
import { createBatchApi } from '../routes/batch-api.js';
import { createJobsApi } from '../routes/jobs-api.js';
import { createModulesApi } from '../routes/modules-api.js';
import { createMetrics } from '../routes/telemetry/metrics.js';
import { openApiDocument, type RouteGroup } from '../routes/kit/openapi.js';
import { accessLog, requestId } from '../routes/kit/request-id.js';
import { metricsRoutes } from '../routes/resources/metrics.js';
import { openApiRoute } from '../routes/resources/openapi.js';
import type { Route } from '../routes/kit/route.js';
import { buildRouter, notFound } from '../routes/kit/router.js';
import type { ReadinessLooks } from './readiness-looks.js';
import type { AdminScheduler } from '../routes/scheduler-port.js';
import { jwtUsers } from '../routes/kit/user-auth.js';
import type { WorkerAccess } from '../routes/kit/worker-identity.js';

export interface AppDeps {
  readonly scheduler: AdminScheduler;
  readonly auth: Config['auth'];
  readonly environment: string;
  readonly logger: Logger;
  readonly context: RequestContext;
  readonly state: () => ServerState;
  readonly probeDatabase: () => Promise<void>;
  /** Aborts when the server begins to close. */
  readonly closing: AbortSignal;
  readonly looks: Pick<ReadinessLooks, 'seen'>;
}

/** Makes the app; nothing listens yet. */
export function createApp(deps: AppDeps): Express {
  const { scheduler, auth, environment, logger, context, closing } = deps;
  const policy = { environment, warn: oncePerMessage((message) => logger.warn(message)) };
  const metrics = createMetrics(scheduler);
  const admin = createAdminApi(scheduler, { tokens: auth.adminTokens, ...policy, logger, context, closing, metrics });
  const metricsTokens = [...auth.adminTokens, ...named('metrics', auth.metricsToken)];
  const authenticateUser = jwtUsers({
    secret: auth.apiJwtSecret,
    jwksUrl: auth.apiJwksUrl,
    audience: auth.apiJwtAudience,
    issuer: auth.apiJwtIssuer,
    allowNoExp: auth.apiJwtAllowNoExp,
    ...policy,
  });
  const worker = { ...workerAccess(auth), ...policy, logger, closing };
  const jobs = createJobsApi(scheduler, { ...worker, authenticateUser, environment });
  const batch = createBatchApi(scheduler, worker);
  const modules = createModulesApi(scheduler, {
    authenticateUser,
    authenticateService: bearerTokens([...auth.adminTokens, ...named('notify', auth.notifyToken)], policy),
    before: [whenStarted(deps.state)],
    logger,
    closing,
  });
  const open = healthRoutes(deps);
  const measured = metricsRoutes({ metrics }).map((route) => ({ ...route, id: 'getServerMetrics' })); // one id, one operation
  const groups: RouteGroup[] = [
    { prefix: '', routes: open, security: [] },
    { prefix: '', routes: measured, security: ['admin', 'metrics'] },
    { prefix: '/admin', routes: admin.routes, security: ['admin'] },
    { prefix: '/api/jobs', routes: jobs.workerRoutes, security: ['admin', 'worker', 'cronSecret'] },
    { prefix: '/api/jobs', routes: jobs.userRoutes, security: ['user'] },
    { prefix: '/api/worker', routes: batch.routes, security: ['admin', 'worker', 'cronSecret'] },
    { prefix: '/api', routes: modules.userRoutes.filter(({ services }) => !services), security: ['user'] },
    {
      prefix: '/api',
      routes: modules.userRoutes.filter(({ services }) => services),
      security: ['user', 'admin', 'notify'],
    },
    { prefix: '/api', routes: modules.publicRoutes, security: [] },
  ];

  const app = express().disable('x-powered-by');
  app.use(requestId(context), accessLog(logger, systemClock), helmet(), closeWhenDraining(closing));
  app.use('/health/ready', noteLook(deps));
  app.use('/admin', whenStarted(deps.state), admin.router);
  app.use('/api/jobs', whenStarted(deps.state), jobs.router);
  app.use('/api/worker', whenStarted(deps.state), batch.router);
  app.use('/api', modules.router);
  app.use('/metrics', requireIdentity(bearerTokens(metricsTokens, policy)));
  app.use(routerOf([...open, ...measured, openApiRoute(() => openApiDocument(groups, VERSION))], closing));
  app.use(notFound, errorHandler(logger));
  return app;
}

const named = (name: string, token: string | null): NamedToken[] => (token === null ? [] : [{ name, token }]);

/** Outside cron services. */
const workerAccess = (auth: Config['auth']): Pick<WorkerAccess, 'workerTokens' | 'cronSecret'> => ({
  workerTokens: [...auth.adminTokens, ...named('cron', auth.cronSecret), ...named('worker', auth.workerSecretToken)],
  cronSecret: auth.cronSecret,
});

/** A token that opens several doors is warned of once. */
function oncePerMessage(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (!said.has(message)) warn(message);
    said.add(message);
  };
}

const routerOf = (routes: readonly Route[], closing: AbortSignal): Router =>
  buildRouter({ routes, actorOf: () => ({ name: 'anonymous' }), closing });

/** Before the migrations are over there may be no tables to ask. */
const whenStarted =
  (state: () => ServerState): express.RequestHandler =>
  (_request, _response, next) =>
    next(state() === 'starting' ? new SchedulerError('NOT_STARTED', 'the server is starting') : undefined);

const noteLook =
  ({ looks, closing }: AppDeps): express.RequestHandler =>
  (_request, response, next) => {
    response.once('finish', () => looks.seen(closing.aborted));
    next();
  };

/** A client that keeps its connection must not send its next request into a listener that is going away. */
function closeWhenDraining(closing: AbortSignal): express.RequestHandler {
  const open = new Set<express.Response>();
  const lastOne = (response: express.Response): void => {
    if (!response.headersSent) response.set('Connection', 'close');
  };
  closing.addEventListener('abort', () => open.forEach(lastOne), { once: true });
  return (_request, response, next) => {
    if (closing.aborted) lastOne(response);
    open.add(response);
    response.once('close', () => open.delete(response));
    next();
  };
}
