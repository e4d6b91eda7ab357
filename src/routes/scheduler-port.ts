// What the routes need from a scheduler: the engine, the subscriptions, and the gauges for status and metrics.
import type { MountedModules } from '../scheduler/modules/index.js';
import type { JobQueue } from '../scheduler/queue/index.js';
import type { BreakerStatus, Engine, EngineStatus, Run } from '../scheduler/index.js';
import type { SearchHit } from '../scheduler/contracts/search.js';
import type { RowSchedules } from '../scheduler/rows/index.js';
import type { WorkspaceKeys } from '../scheduler/secrets/workspace-keys.js';
import type { SubscriptionsApi, SubscriptionsStatus } from '../subscriptions/api/subscriptions-api.js';

/** The sliding window of one source on this instance. */
export interface ConcurrencyStatus {
  readonly source: string;
  /** Slots in use. Jobs with slots of their own (`ownSlots`) are not counted. */
  readonly inFlight: number;
  /** The current limit. */
  readonly limit: number;
  /** The maximum of the limit. */
  readonly maxLimit: number;
  /** Items claimed since start. */
  readonly claimed: number;
}

/** The connection pool of the scheduler. */
export interface PoolStatus {
  readonly total: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

/** A scheduler as seen by the routes. `createScheduler` returns one. */
export interface AdminScheduler extends Engine {
  /** null if the scheduler was created without subscriptions. */
  readonly subscriptions: SubscriptionsApi | null;
  /** The job queue; undefined if the scheduler was created without one. */
  readonly queue?: JobQueue;
  /** What the modules add to routes, health and metrics. */
  readonly modules?: MountedModules;
  /** Schedules per row of the host's tables. */
  readonly rows?: RowSchedules;
  readonly workspaceKeys?: WorkspaceKeys;
  /** What begins with this text, or has it in its name: up to five of each kind. */
  search(text: string): Promise<readonly SearchHit[]>;
  breakers(): readonly BreakerStatus[];
  concurrency(): readonly ConcurrencyStatus[];
  pool(): PoolStatus;
}

export type { Engine, EngineStatus, Run, SubscriptionsApi, SubscriptionsStatus };
