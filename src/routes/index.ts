// `punctual/express`: the routes that a host mounts.
export { adminRoutes, type AdminRoutesOptions } from './admin-routes.js';
export { bearerTokens, type Authenticate, type Identity } from './authenticate.js';
export { createMetrics, type Metrics } from './metrics.js';
export type { AdminScheduler, BreakerStatus, ConcurrencyStatus, PoolStatus } from './scheduler-port.js';
