// The APIs that the server mounts, and the one document that describes them all.
import type { RequestHandler, Router } from 'express';
import type { Config } from '../base/config/config.js';
import type { Logger } from '../base/logger.js';
import type { NamedToken } from '../base/secrets/named-tokens.js';
import type { RequestContext } from '../base/request-context.js';
import { mayAct, type Role } from '../base/secrets/roles.js';
import { VERSION } from '../base/version.js';
import type { LoginCodes } from '../dashboard/login-codes.js';
import { ADMIN_GROUP, createAdminApi } from '../routes/admin-routes.js';
import { createBatchApi, type BatchApi } from '../routes/batch-api.js';
import { createJobsApi, type JobsApi } from '../routes/jobs-api.js';
import { bearerTokens, type Authenticate } from '../routes/kit/auth/authenticate.js';
import { openApiDocument, type RouteGroup } from '../routes/kit/openapi.js';
import type { Route } from '../routes/kit/route.js';
import { jwtUsers } from '../routes/kit/auth/user-auth.js';
import type { WorkerAccess } from '../routes/kit/auth/worker-identity.js';
import { createModulesApi, type ModulesApi } from '../routes/modules-api.js';
import { metricsRoutes } from '../routes/resources/metrics.js';
import type { AdminScheduler } from '../routes/scheduler-port.js';
import { healthRoutes, type HealthDeps } from '../routes/telemetry/health.js';
import { createMetrics } from '../routes/telemetry/metrics.js';

export interface ApisDeps extends HealthDeps {
  readonly scheduler: AdminScheduler;
  readonly auth: Config['auth'];
  readonly environment: string;
  readonly logger: Logger;
  readonly context: RequestContext;
  /** Aborts when the server begins to close. */
  readonly closing: AbortSignal;
  readonly loginCodes: LoginCodes;
  /** Runs before the routes of modules. */
  readonly beforeModules: readonly RequestHandler[];
}

export interface Apis {
  readonly admin: { readonly router: Router; readonly routes: readonly Route[] };
  readonly jobs: JobsApi;
  readonly batch: BatchApi;
  readonly modules: ModulesApi;
  readonly open: readonly Route[];
  readonly measured: readonly Route[];
  readonly metricsAccess: Authenticate;
}

export function createApis(deps: ApisDeps): Apis {
  const { scheduler, auth, environment, logger, context, closing, loginCodes } = deps;
  const policy = { environment, warn: oncePerMessage((message) => logger.warn(message)) };
  const metrics = createMetrics(scheduler);
  const authenticateUser = jwtUsers({
    secret: auth.apiJwtSecret,
    jwksUrl: auth.apiJwksUrl,
    audience: auth.apiJwtAudience,
    issuer: auth.apiJwtIssuer,
    allowNoExp: auth.apiJwtAllowNoExp,
    ...policy,
  });
  const worker = { ...workerAccess(auth), ...policy, logger, closing };
  return {
    admin: createAdminApi(scheduler, {
      ...{ tokens: auth.adminTokens, ...policy, logger, context, closing, metrics, loginCodes },
    }),
    jobs: createJobsApi(scheduler, { ...worker, authenticateUser, environment }),
    batch: createBatchApi(scheduler, worker),
    modules: createModulesApi(scheduler, {
      authenticateUser,
      authenticateService: bearerTokens([...ofRole(auth, 'admin'), ...named('notify', auth.notifyToken)], policy),
      before: deps.beforeModules,
      logger,
      closing,
    }),
    open: healthRoutes(deps),
    measured: metricsRoutes({ metrics }).map((route) => ({ ...route, id: 'getServerMetrics' })), // operation ids must be unique
    metricsAccess: bearerTokens([...auth.adminTokens, ...named('metrics', auth.metricsToken)], policy),
  };
}

const named = (name: string, token: string | null): NamedToken[] => (token === null ? [] : [{ name, token }]);

/** The admin tokens with at least this role. */
const ofRole = ({ adminTokens }: Config['auth'], needed: Role): NamedToken[] =>
  adminTokens.filter(({ role = 'admin' }) => mayAct(role, needed));

/** External cron services. */
const workerAccess = (auth: Config['auth']): Pick<WorkerAccess, 'workerTokens' | 'cronSecret'> => ({
  workerTokens: [
    ...ofRole(auth, 'operator'),
    ...named('cron', auth.cronSecret),
    ...named('worker', auth.workerSecretToken),
  ],
  cronSecret: auth.cronSecret,
});

/** Only one warning for a token that is used for several APIs. */
function oncePerMessage(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (!said.has(message)) warn(message);
    said.add(message);
  };
}

const groupsOf = ({ admin, jobs, batch, modules, open, measured }: Apis): RouteGroup[] => [
  { prefix: '', routes: open, security: [] },
  { prefix: '', routes: measured, security: ['admin', 'metrics'] },
  { prefix: '/admin', routes: admin.routes, ...ADMIN_GROUP },
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

/** The OpenAPI document of the whole server. */
export const serverDocument = (apis: Apis): object => openApiDocument(groupsOf(apis), VERSION);
