// Waits at start for a database that is not up yet, and logs that.
import type pg from 'pg';
import type { Clock } from '../../base/clock.js';
import { isSchedulerError, SchedulerError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { sleep } from '../../base/timing/sleep.js';
import type { Database } from '../../db/database.js';
import { acceptsWrites } from '../../db/engine/queries/server/accepts-writes.js';
import { newClient } from '../../db/connect/new-client.js';
import { unavailable } from '../../db/wire/connection-errors.js';

export interface AwaitDatabaseOptions {
  readonly database: Database;
  /** Settings of the dedicated connection. */
  readonly direct: () => pg.ClientConfig;
  /** 0: one attempt. */
  readonly timeoutS: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

const CONNECT_LIMIT_MS = 10_000;
const PAUSE_MS = { first: 250, most: 5_000 };

/** Rejects with DATABASE_UNAVAILABLE when the database cannot be reached or takes no writes, and `timeoutS` is over. */
export async function awaitDatabase(options: AwaitDatabaseOptions): Promise<void> {
  const { timeoutS, clock, logger, signal } = options;
  const until = clock.monotonicMs() + timeoutS * 1_000;
  for (let pause = PAUSE_MS.first; ; pause = Math.min(pause * 2, PAUSE_MS.most)) {
    try {
      return await reach(options);
    } catch (error) {
      const left = until - clock.monotonicMs();
      if (left <= 0 || !isSchedulerError(error, 'DATABASE_UNAVAILABLE')) throw error;
      const pauseMs = Math.min(pause, left);
      logger.warn('waiting for the database', {
        error,
        next_attempt_ms: pauseMs,
        seconds_left: Math.round(left / 1_000),
      });
      await sleep(pauseMs, signal);
      signal.throwIfAborted();
    }
  }
}

async function reach({ database, direct, timeoutS }: AwaitDatabaseOptions): Promise<void> {
  if (!(await acceptsWrites(database))) {
    throw new SchedulerError('DATABASE_UNAVAILABLE', 'the database is a standby, which does not accept writes');
  }
  // without a wait, the next step connects at once and reports what is wrong
  if (timeoutS > 0) await reachDirectly(direct());
}

async function reachDirectly(config: pg.ClientConfig): Promise<void> {
  const client = newClient({ connectionTimeoutMillis: CONNECT_LIMIT_MS, ...config });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw unavailable(error);
  } finally {
    void client.end().catch(() => {}); // after a failed attempt it may never settle
  }
}
