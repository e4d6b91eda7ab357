// The server's Express app: health, metrics and the public document at the root, the admin routes under /admin.
import express, { type Express, type Router } from 'express';
import helmet from 'helmet';
import { systemClock } from '../base/clock.js';
import { SchedulerError } from '../base/errors.js';
import { requireIdentity } from '../routes/kit/auth/authenticate.js';
import { errorHandler } from '../routes/kit/error-handler.js';
import { accessLog, requestId } from '../routes/kit/request-id.js';
import type { Route } from '../routes/kit/route.js';
import { buildRouter, notFound } from '../routes/kit/router.js';
import { openApiRoute } from '../routes/resources/openapi.js';
import type { ServerState } from '../routes/telemetry/health.js';
import { createApis, serverDocument, type ApisDeps } from './apis.js';
import type { ReadinessLooks } from './readiness-looks.js';

export interface AppDeps extends Omit<ApisDeps, 'beforeModules'> {
  readonly looks: Pick<ReadinessLooks, 'seen'>;
}

/** Creates the app; nothing listens yet. */
export function createApp(deps: AppDeps): Express {
  const { logger, context, closing, state } = deps;
  const started = whenStarted(state);
  const apis = createApis({ ...deps, beforeModules: [started] });
  const app = express().disable('x-powered-by');
  app.use(requestId(context), accessLog(logger, systemClock), helmet(), closeWhenDraining(closing));
  app.use('/health/ready', noteLook(deps));
  app.use('/admin', started, apis.admin.router);
  app.use('/api/jobs', started, apis.jobs.router);
  app.use('/api/worker', started, apis.batch.router);
  app.use('/api', apis.modules.router);
  app.use('/metrics', requireIdentity(apis.metricsAccess));
  app.use(routerOf([...apis.open, ...apis.measured, openApiRoute(() => serverDocument(apis))], closing));
  app.use(notFound, errorHandler(logger));
  return app;
}

const routerOf = (routes: readonly Route[], closing: AbortSignal): Router =>
  buildRouter({ routes, actorOf: () => ({ name: 'anonymous' }), closing });

/** Before the migrations have finished, the tables may not exist. */
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

/** A client with a keep-alive connection must not send its next request to a listener that is closing. */
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
