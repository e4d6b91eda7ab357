// The parts and options of an engine, for the code that composes one.
import type pg from 'pg';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Random } from '../base/random.js';
import type { TelemetryHolder } from '../base/telemetry/telemetry.js';
import type { OwnDatabase } from '../db/database.js';
import type { Readings } from './instances/gauges.js';

export interface EngineConfig {
  /** SCHEDULER_TICK: node-cron, UTC. */
  readonly tick: string;
  readonly heartbeatS: number;
  readonly leaseS: number;
  readonly budgetS: number;
  readonly alertS: number;
  readonly shutdownGraceMs: number;
  /** False: no ticks; triggers, presence and rescue still work. */
  readonly enabled: boolean;
  /** When the batch worker runs: a cron pattern, UTC; null: only when it is called. */
  readonly batchCron: string | null;
}

export interface EngineOptions {
  readonly database: OwnDatabase;
  /** Settings of the dedicated connection, which must not go through a transaction pooler. */
  readonly direct: () => pg.ClientConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: EngineConfig;
  /** What the heartbeat says of pool and claims. Default: nothing of them. */
  readonly readings?: () => Readings;
  /** Traces runs. Default: no tracing. */
  readonly telemetry?: TelemetryHolder;
  /** Punctual's own version. */
  readonly version: string;
  /** Manual time for tests: passed to every statement that looks for due work; nothing ticks or sends heartbeats by itself. */
  readonly now?: () => Date | null;
}
