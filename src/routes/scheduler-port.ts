// What the routes need of a scheduler: the engine, the subscriptions, and the gauges that status and metrics show.
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
  readonly inFlight: number;
  /** How many may run at once now. */
  readonly limit: number;
  /** What the limit may grow to. */
  readonly maxLimit: number;
  /** Items claimed since start. */
  readonly claimed: number;
}

/** The connection pool that the scheduler works on. */
export interface PoolStatus {
  readonly total: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

/** A composed scheduler, as the routes see it. `createScheduler` returns one. */
export interface AdminScheduler extends Engine {
  /** null when the scheduler was made without subscriptions. */
  readonly subscriptions: SubscriptionsApi | null;
  /** Jobs: enqueueing, working, looking; not there when the scheduler was made without a queue. */
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
