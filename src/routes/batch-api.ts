// Everything under /api/worker: the batch worker for external cron services.
import { Router, type RequestHandler } from 'express';
import helmet from 'helmet';
import { systemClock, type Clock } from '../base/clock.js';
import type { RulesOf } from '../base/options/check-options.js';
import { silentLogger } from '../base/logger.js';
import { milliseconds } from '../base/options/option-rules.js';
import { identityOf, requireIdentity } from './kit/auth/authenticate.js';
import { errorHandler } from './kit/error-handler.js';
import { abortSignal, checkRoutes, LONGEST_CALL_MS, routeClock } from './kit/option-rules.js';
import type { Route } from './kit/route.js';
import { buildRouter, notFound } from './kit/router.js';
import { ACCESS_RULES, workerIdentity, type WorkerAccess } from './kit/auth/worker-identity.js';
import { batchRoutes } from './resources/batch.js';
import type { AdminScheduler } from './scheduler-port.js';

export interface BatchApiOptions extends WorkerAccess {
  /** For tests. Default: the clock of the system. */
  readonly clock?: Clock;
  /** Aborts when the server closes: long waits end with 202. */
  readonly closing?: AbortSignal;
  /** Milliseconds after which a call returns 202 while its pass continues. Default: slightly more than the budget of a run. */
  readonly waitMs?: number;
}

export interface BatchApi {
  readonly router: Router;
  readonly routes: readonly Route[];
}

export const BATCH_API_RULES: RulesOf<BatchApiOptions> = {
  ...ACCESS_RULES,
  clock: routeClock,
  closing: abortSignal,
  waitMs: milliseconds(1, LONGEST_CALL_MS),
};

const WAIT_MS = 310_000;

/** To be mounted at `/api/worker`. Throws INVALID_CONFIG for an option that is wrong. */
export function createBatchApi(scheduler: Pick<AdminScheduler, 'batch'>, options: BatchApiOptions): BatchApi {
  checkRoutes('createBatchApi', options, BATCH_API_RULES);
  const { clock = systemClock, logger = silentLogger, closing, waitMs = WAIT_MS } = options;
  const routes = batchRoutes({ batch: scheduler.batch, clock, waitMs });
  const router = Router();
  router.use(helmet(), noStore, requireIdentity(workerIdentity(options)));
  router.use(buildRouter({ routes, actorOf: (request) => identityOf(request), ...(closing ? { closing } : {}) }));
  router.use(notFound, errorHandler(logger));
  return { router, routes };
}

/** A cached response would stand for a pass that never ran. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
