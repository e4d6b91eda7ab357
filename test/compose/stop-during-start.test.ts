// A stop is the last word: whatever a start is doing, nothing runs and no session is left afterwards.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { silentLogger, type Logger } from '../../src/base/logger.js';
import { createScheduler, type CreateSchedulerOptions, type Scheduler } from '../../src/compose/create-scheduler.js';
import { defineJob, defineModule } from '../../src/scheduler/public.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

const job = defineJob({ type: 'note', schema: z.object({}), run: () => {} });

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const schedulerWith = (options: Partial<CreateSchedulerOptions> = {}, { url }: { url: string } = database): Scheduler =>
  createScheduler({ databaseUrl: url, subscriptions: { process: async () => {} }, jobs: [job], ...options });

const sessions = async ({ pool }: TestDatabase): Promise<number> => {
  const { rows } = await pool.query<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'punctual%'`,
  );
  return Number(rows[0]?.count);
};

/** A backend ends a moment after its connection was closed. */
const expectStopped = async (scheduler: Scheduler, on: TestDatabase = database): Promise<void> => {
  expect(scheduler.ready()).toBe(false);
  await waitFor(async () => (await sessions(on)) === 0);
  const { rows } = await on.pool.query(
    `SELECT id FROM punctual.scheduler_instances WHERE state IN ('alive', 'draining')`,
  );
  expect(rows).toEqual([]);
  expect(scheduler.ready()).toBe(false);
};

const STOPPING = { code: 'STOPPING' };

describe('a stop', () => {
  it('that comes at once ends the start', async () => {
    const scheduler = schedulerWith();
    const started = scheduler.start();
    await scheduler.stop();
    await expect(started).rejects.toMatchObject(STOPPING);
    await expectStopped(scheduler);
  });

  // a start takes about 100 ms here: these stops hit each of its steps
  it.each([1, 5, 10, 20, 30, 40, 50, 60, 80, 100, 130])('%i ms after the start leaves nothing behind', async (ms) => {
    const scheduler = schedulerWith();
    const started = scheduler.start().then(
      () => 'started',
      (error: { code: string }) => error.code,
    );
    await new Promise((resolve) => setTimeout(resolve, ms));
    await scheduler.stop({ graceMs: 0 });
    expect(['started', 'STOPPING']).toContain(await started);
    await expectStopped(scheduler);
  });

  it('of a host that waits for the start only afterwards is no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const scheduler = schedulerWith();
    const started = scheduler.start();
    await scheduler.stop();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(started).rejects.toMatchObject(STOPPING);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('before the start is the end of it', async () => {
    const scheduler = schedulerWith();
    await scheduler.stop();
    await expect(scheduler.start()).rejects.toMatchObject(STOPPING);
    await expectStopped(scheduler);
  });

  it('may come twice, beside and after each other', async () => {
    const scheduler = schedulerWith();
    const started = scheduler.start();
    await Promise.all([scheduler.stop(), scheduler.stop({ graceMs: 0 })]);
    await expect(started).rejects.toMatchObject(STOPPING);
    await scheduler.stop();
    await expectStopped(scheduler);
  });

  it('while the instance joins leaves no instance', async () => {
    let stopped: Promise<void> | undefined;
    const info = (message: string): void => {
      if (message === 'instance joined') stopped = scheduler.stop();
    };
    const scheduler = schedulerWith({ logger: { ...silentLogger, info, child: () => logger } });
    const logger: Logger = { ...silentLogger, info };
    await expect(scheduler.start()).rejects.toMatchObject(STOPPING);
    await stopped;
    await expectStopped(scheduler);
  });

  it('while a module starts stops that module, and no worker begins', async () => {
    const told: string[] = [];
    let stopped: Promise<void> | undefined;
    const module = defineModule({
      name: 'patient',
      start: () => {
        told.push('start');
        stopped = scheduler.stop();
      },
      stop: () => void told.push('stop'),
    });
    const scheduler = schedulerWith({ modules: [module] });
    await expect(scheduler.start()).rejects.toMatchObject(STOPPING);
    await stopped;
    expect(told).toEqual(['start', 'stop']);
    expect(scheduler.queue.worker.running).toBe(false);
    await expectStopped(scheduler);
  });
});

describe('a stop during a migration', () => {
  let empty: TestDatabase;
  beforeAll(async () => {
    empty = await createEmptyDatabase();
  });
  afterAll(() => empty.close());

  it('does not wait for another instance that migrates', async () => {
    const holder = await empty.pool.connect();
    await holder.query(`SELECT pg_advisory_lock(hashtextextended('punctual.migrate:punctual', 0))`);
    const scheduler = schedulerWith({}, empty);
    const started = scheduler.start();
    started.catch(() => {});
    await waitFor(async () => (await sessions(empty)) > 1);
    await scheduler.stop();
    await expect(started).rejects.toMatchObject(STOPPING);
    await waitFor(async () => (await sessions(empty)) === 0);
    holder.release(true);
  });

  it('rolls the file back that is being applied, and a later start applies it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'punctual-'));
    const file = join(folder, '0001_slow.sql');
    await writeFile(file, 'CREATE TABLE {schema}.slow_things (id int); SELECT pg_sleep(60);');
    const module = defineModule({ name: 'slow', migrations: pathToFileURL(folder) });
    const scheduler = schedulerWith({ modules: [module] }, empty);
    const started = scheduler.start();
    started.catch(() => {});
    const sleeping = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;
    await waitFor(async () => (await empty.pool.query(sleeping)).rows.length === 1);
    await scheduler.stop();
    await expect(started).rejects.toMatchObject(STOPPING);
    const table = async (): Promise<unknown> =>
      (await empty.pool.query<{ there: unknown }>(`SELECT to_regclass('punctual.slow_things') AS there`)).rows[0]
        ?.there;
    expect(await table()).toBeNull();
    await expectStopped(scheduler, empty);

    await writeFile(file, 'CREATE TABLE {schema}.slow_things (id int);');
    const later = schedulerWith({ modules: [module] }, empty);
    await later.start();
    expect(await table()).not.toBeNull();
    await later.stop();
    await expectStopped(later, empty);
    await rm(folder, { recursive: true });
  });
});

describe('a start that fails', () => {
  const failing = defineModule({
    name: 'failing',
    start: () => {
      throw new Error('no licence');
    },
  });

  it('after the engine has started leaves nothing running', async () => {
    const scheduler = schedulerWith({ modules: [failing] });
    await expect(scheduler.start()).rejects.toThrow('no licence');
    expect(scheduler.ready()).toBe(false);
    await scheduler.stop();
    await expectStopped(scheduler);
  });

  it('while it is stopped rejects, and the stop resolves', async () => {
    const scheduler = schedulerWith({ databaseUrl: 'postgres://127.0.0.1:9/none' });
    const started = scheduler.start();
    await scheduler.stop();
    await expect(started).rejects.toMatchObject(STOPPING);
  });
});
