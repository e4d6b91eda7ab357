// Everything under /api/jobs: the worker for external cron services, and the jobs of the application's users.
import { Router } from 'express';
import helmet from 'helmet';
import { systemClock, type Clock } from '../base/clock.js';
import type { RulesOf } from '../base/options/check-options.js';
import { silentLogger } from '../base/logger.js';
import { callback, milliseconds, nonEmpty, required } from '../base/options/option-rules.js';
import { identityOf, requireIdentity } from './kit/auth/authenticate.js';
import { errorHandler } from './kit/error-handler.js';
import { abortSignal, checkRoutes, LONGEST_CALL_MS, ORIGIN_RULES, routeClock } from './kit/option-rules.js';
import { userJobRoutes } from './resources/jobs/jobs-user.js';
import { workerRoutes } from './resources/jobs/jobs-worker.js';
import type { Route } from './kit/route.js';
import { jsonBody } from './kit/body/json-body.js';
import { buildRouter, notFound } from './kit/router.js';
import { sameOriginChanges, type OriginOptions } from './kit/auth/same-origin.js';
import type { AdminScheduler } from './scheduler-port.js';
import { userActorOf } from './kit/auth/user-actor.js';
import type { AuthenticateUser } from './kit/auth/user-auth.js';
import { ACCESS_RULES, workerIdentity, type WorkerAccess } from './kit/auth/worker-identity.js';

export interface JobsApiOptions extends OriginOptions, WorkerAccess {
  /** Returns the user; null is a 401. */
  readonly authenticateUser: AuthenticateUser;
  /** Reported by `GET /worker`. In `production`, short secrets are refused. */
  readonly environment: string;
  /** For tests. Default: the clock of the system. */
  readonly clock?: Clock;
  /** Aborts when the server closes: long waits end with 202. */
  readonly closing?: AbortSignal;
  /** Milliseconds after which `POST /worker` starts no more jobs. Default 110,000. */
  readonly budgetMs?: number;
  /** Milliseconds after which it returns 202 even if jobs are still running. Default 120,000. */
  readonly waitMs?: number;
}

export const JOBS_API_RULES: RulesOf<JobsApiOptions> = {
  ...ORIGIN_RULES,
  ...ACCESS_RULES,
  environment: required(nonEmpty),
  authenticateUser: required(callback),
  clock: routeClock,
  closing: abortSignal,
  budgetMs: milliseconds(1, LONGEST_CALL_MS),
  waitMs: milliseconds(1, LONGEST_CALL_MS),
};

export interface JobsApi {
  readonly router: Router;
  readonly workerRoutes: readonly Route[];
  readonly userRoutes: readonly Route[];
}

const NONE: JobsApi = { router: Router(), workerRoutes: [], userRoutes: [] };

/** To be mounted at `/api/jobs`. Throws INVALID_CONFIG for an option that is wrong. Empty if the scheduler has no queue. */
export function createJobsApi(scheduler: AdminScheduler, options: JobsApiOptions): JobsApi {
  checkRoutes('createJobsApi', options, JOBS_API_RULES);
  const { queue } = scheduler;
  if (queue === undefined) return NONE;
  const {
    clock = systemClock,
    logger = silentLogger,
    environment,
    closing,
    budgetMs = 110_000,
    waitMs = 120_000,
  } = options;
  const worker = workerRoutes({ scheduler, queue, clock, environment, budgetMs, waitMs });
  const users = userJobRoutes(queue.users, scheduler.modules?.userJobs() ?? []);
  const router = Router();
  router.use(helmet());
  router.use('/worker', requireIdentity(workerIdentity(options)));
  router.use(
    buildRouter({ routes: worker, actorOf: (request) => identityOf(request), ...(closing ? { closing } : {}) }),
  );
  router.use(requireIdentity(options.authenticateUser), sameOriginChanges(options), jsonBody());
  router.use(buildRouter({ routes: users, actorOf: userActorOf, ...(closing ? { closing } : {}) }));
  router.use(notFound, errorHandler(logger));
  return { router, workerRoutes: worker, userRoutes: users };
}
