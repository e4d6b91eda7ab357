// `punctual/express`: the routes that a host mounts, and what a module describes its own routes with.
export { adminRoutes, type AdminRoutesOptions } from './admin-routes.js';
export type { NamedToken } from '../base/named-tokens.js';
export { createRequestContext, type RequestContext } from '../base/request-context.js';
export type { SecretPolicy } from '../base/secret-strength.js';
export type { OriginOptions } from './kit/same-origin.js';
export type { WorkerAccess } from './kit/worker-identity.js';
export { bearerTokens, type Authenticate, type Identity } from './kit/authenticate.js';
export { createBatchApi, type BatchApi, type BatchApiOptions } from './batch-api.js';
export { createJobsApi, type JobsApi, type JobsApiOptions } from './jobs-api.js';
export { given, isoOrNull, maybeTime, pageJson, pageOf, paging, time, timeInput, uuid, wholeJson } from './kit/json.js';
export { route, type Call, type Reply, type Route, type RouteSpec } from './kit/route.js';
export { callerOf, userOf, type Caller, type UserActor } from './kit/user-actor.js';
export { createModulesApi, type ModulesApi, type ModulesApiOptions } from './modules-api.js';
export { wholeBody } from './kit/whole-body.js';
export { createMetrics, type Metrics } from './telemetry/metrics.js';
export type { AdminScheduler, ConcurrencyStatus, PoolStatus } from './scheduler-port.js';
export { jwtUsers, type AuthenticateUser, type JwtOptions, type UserIdentity } from './kit/user-auth.js';
