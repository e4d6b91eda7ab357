// The options of createScheduler. The defaults are those of the corresponding environment variables.
import type pg from 'pg';
import type { NamedKey } from '../../base/secrets/encryption.js';
import type { Logger } from '../../base/logger.js';
import type { ManualClock } from '../../scheduler/testing/index.js';
import type { ProcessDefinition } from '../../scheduler/index.js';
import type { AnyModule } from '../../scheduler/modules/index.js';
import type { AnyJob } from '../../scheduler/queue/index.js';
import type { AnyRowSchedule } from '../../scheduler/rows/index.js';
import type { OccurrenceHandler } from '../../subscriptions/index.js';

export interface SubscriptionOptions {
  /** The host's table of subscriptions, with its schema if need be: `crm.subs`. Created when missing. Default `subscriptions`. */
  readonly table?: string;
  /** Keeps the state of each subscription. Created when missing. Default `subscription_processing`. */
  readonly processingTable?: string;
  /** The subscription worker: each occurrence is one POST to `{workerUrl}/process`. Either this or `process`. */
  readonly workerUrl?: string;
  /** Sent to the worker as `Authorization: Bearer …`. */
  readonly workerToken?: string;
  /** Returns headers for each call, such as an identity token. */
  readonly headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** Does the work in this process, instead of a worker. */
  readonly process?: OccurrenceHandler;
  /** Subscriptions claimed at once. Default 100. */
  readonly batchSize?: number;
  /** Initial number of calls at once, over all runs of this process. Default 5. */
  readonly parallel?: number;
  /** The maximum to which this grows while the worker responds well. Default: `parallel`. */
  readonly maxParallel?: number;
  /** Calls at once for one tenant in this process. Default: no limit. */
  readonly maxParallelPerTenant?: number;
  /** Time limit of one attempt. Default 30,000. */
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
  /** `false`: this process enqueues and administers jobs but does not run any. Default true. */
  readonly worker?: boolean;
  /** Jobs at once in this process. Default 10. */
  readonly concurrency?: number;
  /** Jobs of one tenant at once in this process. Default: no limit. */
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
  /** Processes, made with `defineProcess`. */
  readonly processes?: readonly ProcessDefinition[];
  /** Job types that this process runs; others are left to processes that know them. */
  readonly jobs?: readonly AnyJob[];
  /** How jobs are processed. */
  readonly queue?: QueueSettings;
  /** Row schedules over tables of the host. */
  readonly rows?: readonly AnyRowSchedule[];
  /** Features that bring their own tables, jobs, processes, routes, health and metrics. */
  readonly modules?: readonly AnyModule[];
  /** `false`: nothing runs on a schedule; triggers, presence and rescue still work. Default true. */
  readonly enabled?: boolean;
  /** When the batch processes run: a cron pattern, UTC. Default every 5 minutes; null: only when the endpoint is called. */
  readonly batchCron?: string | null;
  /** How often to check for due work: a cron pattern, UTC. Default every 10 s; precision comes from a timer for the next due time. */
  readonly tick?: string;
  /** Default 2. */
  readonly heartbeatS?: number;
  /** Seconds without a heartbeat after which an instance counts as dead, even if its connection is open. Default 60. */
  readonly leaseS?: number;
  /** Seconds that one run may take. Default 300. */
  readonly budgetS?: number;
  /** Seconds after which a run that goes on is reported as slow. Default 250. */
  readonly alertS?: number;
  /** Seconds that running work is given to finish at a stop. Default 30. */
  readonly shutdownGraceS?: number;
  /**
   * OpenTelemetry: spans and metrics of runs, claims, calls, ends and enqueueing. Default: when an SDK is registered by the time of
   * `start`. `true`: in any case; `start` rejects if `@opentelemetry/api` is not installed.
   */
  readonly telemetry?: boolean;
  /** For tests: a clock that the test sets (`punctual/testing`). Nothing then runs on a schedule by itself. */
  readonly clock?: ManualClock;
}
