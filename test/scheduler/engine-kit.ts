// Engines for tests: short heartbeats, one database, stopped together at the end.
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import pg from 'pg';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { systemRandom } from '../../src/base/random.js';
import { createDatabase } from '../../src/db/database.js';
import {
  createEngine,
  type EngineConfig,
  type EngineOptions,
  type SchedulerEngine,
} from '../../src/scheduler/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const FAST: EngineConfig = {
  tick: '* * * * * *',
  heartbeatS: 0.1,
  leaseS: 60,
  budgetS: 300,
  alertS: 250,
  shutdownGraceMs: 5_000,
  enabled: true,
  batchCron: null,
};

export interface EngineKit {
  /** An engine with a pool of its own, as another process would have; not started. */
  engine(config?: Partial<EngineConfig>, options?: Partial<EngineOptions>): SchedulerEngine;
  stopAll(): Promise<void>;
}

export function createEngineKit(database: () => TestDatabase): EngineKit {
  const made: { engine: SchedulerEngine; pool: pg.Pool }[] = [];
  return {
    engine: (config = {}, options = {}) => {
      const pool = new pg.Pool({ connectionString: database().url, max: 4 });
      pool.on('error', () => {});
      const engine = createEngine({
        database: createDatabase(pool, 'punctual'),
        direct: () => ({ connectionString: database().url }),
        logger: silentLogger,
        clock: systemClock,
        random: systemRandom,
        config: { ...FAST, ...config },
        version: '0.0.0-test',
        ...options,
      });
      made.push({ engine, pool });
      return engine;
    },
    stopAll: async () => {
      await Promise.all(made.map(({ engine }) => engine.stop({ graceMs: 0 })));
      await Promise.all(made.map(({ pool }) => pool.end()));
      made.length = 0;
    },
  };
}

const TABLES = [
  'scheduler_runs',
  'scheduler_processes',
  'scheduler_instances',
  'scheduler_stats',
  'idempotency_keys',
  'audit_log',
];

/** The hooks of a test file: one database; after each test its engines are stopped and the tables of the engine emptied. */
export function createEngineTests(use?: (database: TestDatabase) => void): EngineKit {
  let database: TestDatabase;
  const kit = createEngineKit(() => database);
  beforeAll(async () => {
    database = await createTestDatabase();
    use?.(database);
  });
  afterEach(async () => {
    await kit.stopAll();
    await database.pool.query(`TRUNCATE ${TABLES.map((name) => `punctual.${name}`).join()}`);
  });
  afterAll(() => database.close());
  return kit;
}

/** A promise and how to settle it. */
export function gate<T = void>(): { promise: Promise<T>; open: (value: T) => void } {
  let open!: (value: T) => void;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, open };
}
