// `punctual/express`: the routes that a host mounts.
export { adminRoutes, type AdminRoutesOptions } from './admin-routes.js';
export { bearerTokens, type Authenticate, type Identity } from './kit/authenticate.js';
export { createJobsApi, type JobsApi, type JobsApiOptions } from './jobs-api.js';
export { createMetrics, type Metrics } from './telemetry/metrics.js';
export type { AdminScheduler, BreakerStatus, ConcurrencyStatus, PoolStatus } from './scheduler-port.js';
export { jwtUsers, type AuthenticateUser, type JwtOptions, type UserIdentity } from './kit/user-auth.js';
