// What a host may tell createScheduler. Everything has the default that http-api.md names for its environment variable.
import type pg from 'pg';
import type { NamedKey } from '../base/secrets/encryption.js';
import type { Logger } from '../base/logger.js';
import type { ManualClock } from '../scheduler/testing/index.js';
import type { ProcessDefinition } from '../scheduler/index.js';
import type { AnyModule } from '../scheduler/modules/index.js';
import type { AnyJob } from '../scheduler/queue/index.js';
import type { AnyRowSchedule } from '../scheduler/rows/index.js';
import type { OccurrenceHandler } from '../subscriptions/index.js';

export interface SubscriptionOptions {
  /** The host's table of subscriptions, with its schema if need be: `crm.subs`. Created when missing. Default `subscriptions`. */
  readonly table?: string;
  /** Keeps the state of each subscription. Created when missing. Default `subscription_processing`. */
  readonly processingTable?: string;
  /** The subscription worker: each occurrence is one POST to `{workerUrl}/process`. Either this or `process`. */
  readonly workerUrl?: string;
  /** Sent to the worker as `Authorization: Bearer …`. */
  readonly workerToken?: string;
  /** Headers made for each call, such as an identity token. */
  readonly headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** Does the work in this process, in the worker's place. */
  readonly process?: OccurrenceHandler;
  /** Claimed at a time. Default 100. */
  readonly batchSize?: number;
  /** Calls at once, over all runs of this process, to begin with. Default 5. */
  readonly parallel?: number;
  /** The limit to which that may grow while the worker responds well. Default: `parallel`. */
  readonly maxParallel?: number;
  /** Calls at once for one tenant in this process. Default: no limit of its own. */
  readonly maxParallelPerTenant?: number;
  /** For one attempt. Default 30,000. */
  readonly timeoutMs?: number;
  /** A longer response of the worker is an error. Default 1 MiB. */
  readonly maxResponseBytes?: number;
  /** Attempts of one occurrence. Default 5. */
  readonly maxAttempts?: number;
  /** Before the second attempt; doubles with each further one. Default 60. */
  readonly retryBaseS?: number;
  /** Suspend a subscription after this number of dead occurrences in a row; 0: never. Default 5. */
  readonly suspendAfter?: number;
  /** An IANA name, for subscriptions without a zone. Default UTC. */
  readonly defaultTimezone?: string;
  /** Days that the ledger is kept; older partitions are dropped. Default 400. */
  readonly ledgerDays?: number;
}

export interface QueueSettings {
  /** False: this process enqueues and administers jobs but works on none. Default true. */
  readonly worker?: boolean;
  /** Jobs at once in this process. Default 10. */
  readonly concurrency?: number;
  /** Jobs of one tenant at once in this process. Default: no limit of its own. */
  readonly concurrencyPerTenant?: number;
  /** Keys of 32 bytes for secrets at rest; the first encrypts. Default: no secret can be stored. */
  readonly encryptionKeys?: readonly NamedKey[];
}

export interface CreateSchedulerOptions {
  /** The host's pool, which is never ended. Either this or `databaseUrl`. */
  readonly pool?: pg.Pool;
  /** Creates a pool, which `stop` ends. */
  readonly databaseUrl?: string;
  /** For the dedicated connection, which must not go through a transaction pooler. Default: as the pool's connections. */
  readonly directUrl?: string;
  /** Connections of the pool for `databaseUrl`. Default 10. */
  readonly poolMax?: number;
  /** The schema of Punctual's own tables. Default `punctual`. */
  readonly schema?: string;
  /** How long `start` waits for a database that cannot be reached yet, in seconds. Default 0: it rejects at once. */
  readonly startTimeoutS?: number;
  /** Migrate at start. Default true. */
  readonly migrate?: boolean;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** `false`: no subscriptions at all. */
  readonly subscriptions: SubscriptionOptions | false;
  /** What runs on the clock, made with `defineProcess`. */
  readonly processes?: readonly ProcessDefinition[];
  /** Job types that this process works on; others are left to processes that know them. */
  readonly jobs?: readonly AnyJob[];
  /** How jobs are worked on. */
  readonly queue?: QueueSettings;
  /** Schedules per row of tables of the host's own. */
  readonly rows?: readonly AnyRowSchedule[];
  /** Features that bring their own tables, jobs, processes, routes, health and metrics. */
  readonly modules?: readonly AnyModule[];
  /** `false`: nothing runs by itself; triggers, presence and rescue still work. Default true. */
  readonly enabled?: boolean;
  /** When the batch processes run by themselves: a cron pattern, UTC. Default every 5 minutes; null: only when the endpoint is called. */
  readonly batchCron?: string | null;
  /** Heartbeat of the calendar, node-cron, UTC. Default every 10 s; exactness comes from a timer. */
  readonly tick?: string;
  /** Default 2. */
  readonly heartbeatS?: number;
  /** Seconds without a heartbeat after which an instance counts as dead, even though its connection stands. Default 60. */
  readonly leaseS?: number;
  /** Seconds that one run may take. Default 300. */
  readonly budgetS?: number;
  /** Seconds after which a run that goes on is reported as slow. Default 250. */
  readonly alertS?: number;
  /** Seconds that running work gets at a stop. Default 30. */
  readonly shutdownGraceS?: number;
  /**
   * OpenTelemetry: spans and metrics of runs, claims, calls, ends and enqueueing. Default: when an SDK is registered by the time of
   * `start`. `true`: in any case; `start` rejects if `@opentelemetry/api` is not installed.
   */
  readonly telemetry?: boolean;
  /** For tests: time in the test's own hand (`punctual/testing`). Nothing ticks or beats by itself then. */
  readonly clock?: ManualClock;
}
